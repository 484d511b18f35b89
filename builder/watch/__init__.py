"""``build --watch``: what a saved file touches is rendered again.

``disk`` compares what lies on disk now with what lay there before; ``waking`` learns from the system when to look;
``session`` renders what is concerned and tells the news.
"""

from builder.watch.news import Failed, Faults, Gone, News, Recovered, Returned, Waiting, Written
from builder.watch.session import Session

__all__ = ["Failed", "Faults", "Gone", "News", "Recovered", "Returned", "Session", "Waiting", "Written"]
