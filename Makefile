# Two commands are all a newcomer needs:
#   make run    set up and start the program on the sample lesions
#   make test   set up and pass all tests
# On Windows, where there is no make: py packaging\bootstrap.py run   (or test, lint, ...)

PYTHON ?= python3

.PHONY: run test lint bench screenshots readme samples installer clean
run test lint bench screenshots readme samples installer clean:
	@$(PYTHON) packaging/bootstrap.py $@
