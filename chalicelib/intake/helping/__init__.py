"""«Рука помощи» as its client meets it: his page, on which he chooses the time of the specialist who was found."""
