# Giving suppliers access
delegation-title = Access for suppliers
delegation-lead = Let a supplier's system (a processor) fetch health data on behalf of your organisation. You see every use, and can remove the access whenever you want.
delegation-choose = Choose the organisation
delegation-choose-text = Choose the organisation that the supplier is to represent in your system. It must be the main unit, also in a municipality.
delegation-side = Organisation number { $number }. You manage access as { $why }.
delegation-no-sides = You manage access in no organisation
delegation-no-sides-text = General managers, chairs and others with such roles in the register of organisations can give access, and whoever was given the role administrator. If you act for an organisation as administrator, choose it first.
delegation-no-sides-action = Choose for whom you act
delegation-other-organisation = Choose another organisation
delegation-api = Access to programming interfaces – API
delegation-give = Give new API access
delegation-back = Back to the access list

# Roles that manage access
delegation-role-administrator = administrator
delegation-role-BEST = managing owner
delegation-role-BOBE = estate trustee
delegation-role-DAGL = general manager
delegation-role-DTPR = partner with shared liability
delegation-role-DTSO = partner with full liability
delegation-role-FFOR = business manager
delegation-role-INNH = proprietor
delegation-role-KEMN = contact person of an administrative unit in the public sector
delegation-role-KNUF = contact person of a foreign enterprise registered in Norway
delegation-role-KOMK = contact person of a municipality
delegation-role-KOMP = general partner
delegation-role-LEDE = chair of the board
delegation-role-PRIV = private person
delegation-role-REPR = Norwegian representative of a foreign entity
delegation-role-SAM = joint owner
delegation-role-SREVA = auditor in the register of auditors

# Given and received
delegation-given = Access we have given
delegation-given-caption = Suppliers who may act on our behalf
delegation-given-none = No supplier has access
delegation-given-none-text = When you give a supplier access, it stands here with every use.
delegation-received = Access we have received
delegation-received-caption = Organisations on whose behalf we may act
delegation-received-none = Nobody has given you access
delegation-received-none-text = If you are a supplier, your customers must give the access. Tell them your organisation number.
delegation-right = Right
delegation-supplier = Supplier
delegation-giver = Given by
delegation-since = Since
delegation-until = Until
delegation-uses = Times used
delegation-last-use = Last used
delegation-never = Never used
delegation-actions = What you can do
delegation-number = Organisation number

# As at another time
delegation-earlier = Earlier
delegation-as-at-ask = Show the access as at another time
delegation-as-at-valid = What applied then
delegation-as-at-valid-hint = For example 2026-11-22 12:00. Without a time we show what applies now.
delegation-as-at-known = By what the register knew then
delegation-as-at-known-hint = Something may have been told afterwards. Without a time we show all that the register knows now.
delegation-as-at-show = Show
delegation-as-at = As it was { $valid }
delegation-as-at-text = By what the register knew { $known }. You see the access that applied then. Times used is the whole number until now.
delegation-none-then = No access applied then.
delegation-as-now = Show as it is now
delegation-history = All that has happened to the access
delegation-history-lead = Each time access was given or removed stands here and on the log. Nothing is deleted.
delegation-history-none = Nothing has happened yet
delegation-history-none-text = A line comes here when you give, receive or remove access.
delegation-history-show = Show the access
delegation-changed-grant = { $from } gave the access to { $to }.
delegation-changed-revoke = { $from } removed the access from { $to }.
delegation-changed-revoke_by_receiver = { $to } gave up the access from { $from }.
delegation-applied = It applied from { $time }.

# Giving access
delegation-steps = Steps for giving access
delegation-step-search = Find the right
delegation-step-right = Check the right
delegation-step-supplier = Find the supplier
delegation-step-look-over = Look over and give
delegation-search-title = Which right do you want to give?
delegation-search-lead = Your supplier has told you what the right is called. Search for example for «health data».
delegation-search-label = Search for a right
delegation-search-button = Search
delegation-nothing = No right can be given yet
delegation-nothing-text = Whoever runs the installation must register them first.
delegation-no-match = No right matches
delegation-no-match-text = Try fewer or other words, or ask the supplier what the right is called.
delegation-show-all = Show all
delegation-defined-by = Defined by { $authority }
delegation-right-title = Is this the right one?
delegation-right-lead = Check that this is what you want to give on behalf of { $organisation }.
delegation-means = What the supplier can do
delegation-authority = Who defines the right
delegation-authority-text = The name shows who is responsible for what the right means. Check that it is the one you expect.
delegation-level = Login that it takes
delegation-level-substantial = Substantial: MinID is enough
delegation-level-high = High: BankID, Buypass or Commfides. MinID is not enough
delegation-scopes = Opens (scopes)
delegation-next = Next: find the supplier
delegation-back-search = Find another right
delegation-supplier-title = Which supplier gets the access?
delegation-supplier-number = The supplier's organisation number
delegation-supplier-hint = 9 digits. The supplier tells you which number to use.
delegation-supplier-find = Find the supplier
delegation-supplier-choose = Choose this supplier
delegation-supplier-main = The main unit is { $name }.
delegation-supplier-main-use = Use the main unit's number, { $number }
delegation-back-right = Back to the right
delegation-look-over-title = Look it over before you give it
delegation-look-over-lead = Check that everything is right.
delegation-follows-at-once = The access applies at once.
delegation-follows-until = It applies until you, the supplier or somebody else who manages access removes it.
delegation-follows-seen = You see every use here, with proof from the log.
delegation-follows-agreement = The organisation is still responsible, and must have a processor agreement with the supplier.
delegation-confirm = I have checked the supplier and the right
delegation-error-confirm = Tick that you have checked the supplier and the right.
delegation-error-time = Write a date, with or without a time, for example 2026-11-22 12:00.
delegation-give-now = Give the access
delegation-cancel = Cancel
delegation-back-supplier = Choose another supplier

# One access and its use
delegation-done = The access is given
delegation-done-text = The supplier can use it now. This page shows every use.
delegation-held = Applies
delegation-ended = Removed
delegation-events = What has happened
delegation-uses-title = Use
delegation-uses-text = Each time the supplier gets a token or calls Varde's API on the organisation's behalf, it stands here within seconds. The proof shows that it is on the log.
delegation-proof-how = How to check a proof
delegation-uses-caption = Use of the access, newest first
delegation-uses-none = The access has not been used
delegation-uses-none-text = Uses come here by themselves. Without scripts in the browser, load the page again.
delegation-uses-count = { $count ->
    [one] Used once, { $last }.
   *[other] Used { $count } times. Last { $last }.
}
delegation-found = { $count ->
    [0] No match.
    [one] One right.
   *[other] { $count } rights.
}
delegation-uses-older = Older uses
delegation-uses-newest = Newest uses
delegation-use-when = When
delegation-use-what = What
delegation-use-client = System
delegation-use-scope = Scope
delegation-use-child = Sub unit
delegation-use-no-child = The whole organisation
delegation-use-entry = Log entry
delegation-use-proof = Download proof
delegation-use-token = Got a token
delegation-use-call = Called an API

# Removing
delegation-remove = Remove the access
delegation-remove-ask = Remove the access from { $name }?
delegation-remove-text = The supplier gets no new tokens after this, and those given stop applying at once wherever the receiver asks us, and otherwise after ten minutes at most. Their system may stop working for you. You can give the access again.
delegation-remove-now = Remove the access now
delegation-give-up = Give up the access
delegation-give-up-ask = Give up the access from { $name }?
delegation-give-up-text = Your system can no longer act on the organisation's behalf. Only they can give the access again.
delegation-give-up-now = Give up the access now
delegation-keep = Keep the access
delegation-back-one = Back to the access
delegation-removed = The access is removed
delegation-removed-text = It no longer applies. Its use until now is under «All that has happened to the access».

# What is wrong
delegation-error-text = Write the text in bokmål, nynorsk and English.
delegation-error-authority = Write the name of whoever is responsible for the right.
delegation-error-roles = Name one or more roles of the register of organisations that carry access management, such as DAGL.
delegation-error-scopes = Name one or more scopes, without spaces and quotation marks.
delegation-error-no_resource = We cannot find the right. Search for it again.
delegation-error-not_delegable = The right cannot be given now. Contact whoever is responsible for it.
delegation-error-number = Write an organisation number of 9 digits. Look for typing errors.
delegation-error-from_unknown = The register of organisations has no organisation with the giver's number.
delegation-error-from_sub_unit = Only main units can give access. Choose the main unit.
delegation-error-to_unknown = The register of organisations has no organisation with that number. Ask the supplier which number to use.
delegation-error-to_sub_unit = The number belongs to a sub unit. Use the number of the main unit.
delegation-error-oneself = That is your own organisation's number. Write the supplier's number.
delegation-error-already_given = The supplier has this access already. You need not do anything.
delegation-error-already_ended = The access has been removed already. You need not do anything.
delegation-error-ends_wrongly = Access can end now or earlier, but not before it was given.

# Problems
problem-delegation-already_given = The supplier has this access already.
problem-delegation-already_ended = The access has been removed already.
problem-delegation-invalid = Access cannot be given or removed like that. See what is wrong.
problem-delegation-flawed = The resource cannot be registered like that. See what is wrong.
problem-delegation-twice = The same resource stands twice. Remove one of them.
problem-delegation-no_such_resource = We cannot find the right.
problem-delegation-not_found = We cannot find the access.
problem-delegation-no_such_organisation = We cannot find a main unit with that number.
problem-delegation-neighbour = A register that we need does not answer. Try again in a while.
problem-delegation-not_confirmed = Look it over and tick before you give the access.
problem-delegation-not_yet = The entry is not on the log yet. Try again in a few seconds.
