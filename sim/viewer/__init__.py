"""The browser: pages for planners, trainers and researchers; needs the extra `view`, except for frames and lenses."""
