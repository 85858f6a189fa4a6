"""A whole province (全省): any number of counties judged, each to a small result, and ranked."""
