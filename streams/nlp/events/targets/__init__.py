"""What is acted upon where rules find nothing: learnt from labelled events."""
