# For whom you act
identity-role-title = For whom are you acting?
identity-role-lead = You hold roles in one or more organisations. Choose for whom you are acting now. You can change it whenever you like.
identity-role-none = You hold no role in any organisation. You are acting for yourself. If you expect a role, ask your organisation's role administrator.
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

# The organisation's roles
identity-administer-title = Roles in the organisation
identity-administer-lead = Here you see who holds roles in { $organisation }. You can give and end roles. The person concerned sees it in their log.
identity-administer-proposals = Proposals waiting
identity-administer-proposals-text = These roles are valid only when somebody else than the one who proposed them has accepted.
identity-administer-held = Who holds roles
identity-administer-nobody = Nobody holds a role here yet
identity-administer-nobody-text = Find the person below and give the first role.
identity-administer-name = Name
identity-administer-unnamed = No name in the register
identity-administer-role = Role
identity-administer-from = From
identity-administer-until = Until
identity-administer-open = No end date
identity-administer-by = Proposed by
identity-administer-actions = What you can do
identity-administer-accept = Accept
identity-administer-reject = Reject
identity-administer-end = End
identity-administer-give = Give somebody a role
identity-administer-number = National identity number or D-number
identity-administer-number-hint = 11 digits. The number is used only to find the person. It is neither stored nor shown again.
identity-administer-find = Find the person
identity-give-title = Give { $name } a role
identity-give-lead = Check that this is the right person. Every role but researcher must be accepted by one more.
identity-give-from = First day
identity-give-until = Last day
identity-give-until-hint = Leave it empty if the role is to have no end date.
identity-give-submit = Give the role
identity-give-back = Back to the roles
identity-role-means-researcher = Applies for data and works in project rooms
identity-role-means-handler = Handles applications and decides on them
identity-role-means-reviewer = Checks results before they leave a room
identity-role-means-steward = Loads and describes the register's data
identity-error-number = Write a national identity number or D-number of 11 digits. Check it for typing errors.
identity-error-nobody = Nobody in the population register has that number.
identity-error-role = Choose a role.
identity-error-date = Write a date, such as 2026-11-22.

# Logging out at the login provider
identity-logout-title = You are logged out of Varde
identity-logout-text = You may still be logged in at the login provider. If others use this machine, log out there too.
identity-logout-submit = Log out at the login provider too
identity-logout-skip = To the front page
identity-test-logged-out-title = You are logged out of Test-ID
identity-test-logged-out-text = Test-ID remembers no login. You can close the page.

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
problem-identity-already_proposed = That role is proposed for the person already. Accept or reject the proposal.
problem-identity-no_such_proposal = The proposal does not wait any more. Somebody has accepted or rejected it.
problem-identity-no_such_person = Nobody in the population register has that number.

# On the way to another system
identity-onward-title = You are on your way
identity-onward-text = You will be at the system you are going to in a moment.
identity-onward-link = Go on now
