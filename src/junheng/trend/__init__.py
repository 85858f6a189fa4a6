"""One county over several years: the rules of warnings, and the years judged and laid side by side."""
