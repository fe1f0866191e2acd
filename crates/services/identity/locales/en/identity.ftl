# For whom you act
identity-role-title = For whom are you acting?
identity-role-lead = You hold roles in one or more organisations. Choose for whom you are acting now. You can change it whenever you like.
identity-role-none = You hold no role in any organisation. You are acting for yourself. If you expect a role, your organisation must ask the operator for it.
identity-role-legend = I am acting for
identity-role-self = Myself
identity-role-self-hint = As a citizen: your own information and choices
identity-role-submit = Continue
identity-error-side = Choose for whom you are acting.
identity-error-role-citizen = Everybody is a citizen. That role cannot be given.
identity-error-period = The last day cannot be before the first.

# Levels
identity-level-substantial = Substantial
identity-level-high = High
identity-level-hint-substantial = Like MinID
identity-level-hint-high = Like BankID, Buypass or Commfides

# Unknown person
identity-unknown-title = We cannot find you
identity-unknown-text = The login went well, but you are not in the population register that Varde uses. That is why we cannot log you in.
identity-unknown-help = If you got your national identity number or D-number recently, try again in a day. Otherwise contact those who run this service.
identity-unknown-back = To the front page

# Test-ID
identity-test-title = Log in with Test-ID
identity-test-warning = This is a test login
identity-test-warning-text = Everybody in the list is made up, and anybody can log in as anybody. Never enter information about real people.
identity-test-search = Search for a name or a role
identity-test-search-submit = Search
identity-test-count = { $count ->
    [0] No matches.
    [one] Showing one person.
   *[other] Showing { $count } people.
}
identity-test-nobody = Nobody fits the search
identity-test-nobody-text = Try fewer words, or empty the search box and search again.
identity-test-person = Whom do you want to be?
identity-test-level = Level of assurance
identity-test-level-hint = The level decides what you may do afterwards.
identity-test-level-high = The service demands level high.
identity-test-submit = Log in
identity-test-cancel = Cancel
identity-test-error-title = The login cannot begin here
identity-test-error-text = The address you came from is not registered with Test-ID. Go to the front page and log in from there.
identity-error-person = Choose whom you want to be.
identity-error-level = Choose a level that is high enough.

# Errors
problem-identity-provider_unavailable = The login service does not answer. Try again in a while.
problem-identity-login_cancelled = You cancelled the login. You are not logged in.
problem-identity-login_refused = The login service refused the login. Try again.
problem-identity-login_state = The login took too long or was begun in another browser. Start again.
problem-identity-level_too_low = You must log in at a higher level, with BankID, Buypass or Commfides.
problem-identity-login_not_believed = The login service's answer could not be verified. You are not logged in. Start again.
problem-identity-not_logged_in = You are not logged in.
problem-identity-no_role_there = You hold no role in that organisation today.
problem-identity-already_held = The person holds that role there already.
problem-identity-no_such_assignment = There is no such role to end.
problem-identity-invalid = The role cannot be given like that. See what is wrong.
problem-identity-directory = The population register does not answer. Try again in a while.
