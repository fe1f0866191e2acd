problem-citizen-not_found = x
