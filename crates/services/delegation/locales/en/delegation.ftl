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
