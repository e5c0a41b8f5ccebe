"""What a planner does, without a page: a draft of a scenario, forms, a study in a process of its own, its outcome."""
