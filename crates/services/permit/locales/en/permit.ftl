# The public register
permit-register = Permits
permit-register-lead = Here are all permits to use health data: who holds them, why, and exactly what they may use. No person is named.
permit-none = No permits yet
permit-none-text = When the access body gives a permit, it is shown here the same day.
permit-none-action = See the variables
permit-search = Search in projects, organisations and purposes
permit-search-button = Search
permit-count = { $count ->
    [0] No matches.
    [one] One permit.
   *[other] { $count } permits.
}
permit-no-match = No permits match
permit-no-match-text = Try fewer or other words.
permit-all = Show all
permit-pages = Pages of the register
permit-newer = Newer permits
permit-older = Older permits
permit-project = Project
permit-holder = Organisation
permit-body = Decided by
permit-purpose = Purpose
permit-decided = Decided
permit-standing = Status
permit-valid = Valid
permit-ahead = Not valid yet
permit-over = Expired
permit-revoked = Revoked
permit-bases = Legal basis
permit-lasts = Valid in the period
permit-from = from { $from }
permit-data-from = Data from the period
permit-rules = Rules
permit-rules-norway = Norwegian law: an opt-out acts on all later extracts
permit-rules-ehds = EHDS: an opt-out acts on permits given after it
permit-version = Version
permit-predecessor = Replaces
permit-predecessor-show = See the permit it replaces
permit-variables = Variables
permit-variables-text = The project gets these variables and no others. No national identity numbers are handed out.
permit-variables-count = { $count ->
    [one] One variable
   *[other] { $count } variables
}
permit-variable = Variable
permit-granularity = How detailed
permit-granularity-as-is = As in the register
permit-granularity-month = Year and month
permit-granularity-year = Year
permit-granularity-relative-days = Days from the index date, or from the first event
permit-granularity-shifted = Dates moved by the same number of days for each person, at most { $days }
permit-granularity-band = In bands of { $width }
permit-granularity-rounded = Rounded to the nearest { $to }
permit-granularity-prefix =
    { $length ->
        [one] The first character of the code
       *[other] The first { $length } characters of the code
    }
permit-purpose-public_health = Public health
permit-purpose-policy = Policy and regulation
permit-purpose-statistics = Official statistics
permit-purpose-education = Education
permit-purpose-research = Medical and health research
permit-purpose-care_improvement = Better treatment and services
permit-check = Check the permit
permit-check-text = The permit is sealed with a digital signature. Whoever was given it can check that its digest is the one shown here.
permit-id = Number
permit-digest = Digest (SHA-256)
permit-json = The permit as JSON
permit-keys = The keys it is sealed with

# Revoking
permit-revoke = Revoke the permit
permit-revoke-lead = This follows when the permit is revoked:
permit-revoke-room = The project room closes at once.
permit-revoke-extract = The extract is not made, unless it is delivered already.
permit-revoke-told = The applicant sees the reason on the application's page. The public register shows that the permit is revoked, but not why.
permit-revoke-final = It cannot be undone. If the project is to go on, a new decision is needed.
permit-revoke-reason = Why is the permit revoked?
permit-revoke-reason-hint = The applicant gets this text. Name the condition that was broken, and no persons.
permit-revoke-confirm = The organisation has been heard, or this cannot wait
permit-revoke-confirm-hint = Whoever it concerns gets a reasonable time, at most four weeks, to answer before a measure (EHDS art. 63(2)).
permit-revoke-now = Revoke now
permit-revoke-back = Back to the permit
permit-revoked-already = The permit was revoked already.
permit-error-reason = Write why the permit is revoked
permit-error-confirmed = Confirm that the organisation has been heard, or that this cannot wait

# Errors
problem-permit-not_found = There is no such permit.
problem-permit-flawed = The permit cannot be issued like this.
problem-permit-revoked = The permit was revoked already.
problem-permit-not_sealed = This is not a sealed permit.
problem-permit-other_type = The seal belongs to another kind of document.
problem-permit-unknown_key = The seal was made with a key that we do not know.
problem-permit-broken_seal = The seal is broken: the content was changed.
problem-permit-unknown_content = The seal is whole but its content cannot be read.
problem-permit-sealing_key = Permits cannot be sealed right now. The fault has been recorded.
problem-permit-no_reason = A permit is not revoked without a reason.
problem-permit-not_confirmed = The revocation is not confirmed.
permit-updates = Updates
permit-updates-yearly = Once a year
permit-updates-quarterly = Once a quarter
permit-updates-each_release = At each new release
permit-updates-by-themselves = by themselves
permit-updates-when-asked = when the project asks
permit-updates-words = { $rhythm }, until { $until }, { $how }
