"""Images to classifier to records: everything the program knows that is neither window nor training."""
