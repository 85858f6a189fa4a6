"""Why the system refused a file, in words."""

import errno

from junheng.text import Text

FOLDER = Text("这是文件夹", "it is a folder")
REASONS = {
    errno.ENOENT: Text("文件或文件夹不存在", "the file or folder does not exist"),
    errno.ENOTDIR: Text("所在位置不是文件夹", "its place is not in a folder"),
    errno.EISDIR: FOLDER,
    errno.EACCES: Text("没有权限，或正被其他程序打开", "no permission, or another program has it open"),
    errno.EPERM: Text("没有权限", "no permission"),
    errno.EROFS: Text("磁盘只读", "the disk is read-only"),
    errno.ENOSPC: Text("磁盘已满", "the disk is full"),
}


def reason(error: OSError) -> Text | str:
    """Return why a file could not be used, in words where the system's number is known."""
    return REASONS.get(error.errno or 0, error.strerror or type(error).__name__)
