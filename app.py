"""The pages for `solara run app.py`; `liandong view` starts them with better defaults."""

from sim.viewer.pages import routes as routes
