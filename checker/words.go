package checker
