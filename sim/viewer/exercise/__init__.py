"""An exercise: people lead a city that lives, go back, branch off, sit at desks, and look at it afterwards."""
