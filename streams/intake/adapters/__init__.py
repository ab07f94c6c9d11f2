"""One adapter a crawler: recognises the shape of its records and reads them."""
