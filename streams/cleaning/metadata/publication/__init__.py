"""When an article was published: the days that its page names, their features, and the choice among them."""
