"""What the modality of a verb follows from: the verb it is joined to, the noun whose content it is, a purpose that was achieved."""
