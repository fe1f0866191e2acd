# Hva som er galt
delegation-error-text = Skriv teksten på bokmål, nynorsk og engelsk.
delegation-error-authority = Skriv navnet på den som har ansvar for rettigheten.
delegation-error-roles = Oppgi en eller flere roller fra Enhetsregisteret som gir tilgangsstyring, for eksempel DAGL.
delegation-error-scopes = Oppgi ett eller flere scope, uten mellomrom og anførselstegn.
delegation-error-no_resource = Vi finner ikke rettigheten. Søk etter den på nytt.
delegation-error-not_delegable = Rettigheten kan ikke gis nå. Ta kontakt med den som har ansvar for den.
delegation-error-number = Skriv et organisasjonsnummer med 9 siffer. Se etter skrivefeil.
delegation-error-from_unknown = Enhetsregisteret har ingen virksomhet med nummeret til den som skal gi tilgangen.
delegation-error-from_sub_unit = Bare hovedenheter kan gi tilganger. Velg hovedenheten.
delegation-error-to_unknown = Enhetsregisteret har ingen virksomhet med det nummeret. Spør leverandøren hvilket nummer du skal bruke.
delegation-error-to_sub_unit = Nummeret hører til en underenhet. Bruk nummeret til hovedenheten.
delegation-error-oneself = Det er nummeret til din egen virksomhet. Skriv nummeret til leverandøren.
delegation-error-already_given = Leverandøren har denne tilgangen allerede. Du trenger ikke gjøre noe.
delegation-error-already_ended = Tilgangen er fjernet allerede. Du trenger ikke gjøre noe.
delegation-error-ends_wrongly = En tilgang kan ta slutt nå eller tidligere, men ikke før den ble gitt.

# Feil
problem-delegation-already_given = Leverandøren har denne tilgangen allerede.
problem-delegation-already_ended = Tilgangen er fjernet allerede.
problem-delegation-invalid = Tilgangen kan ikke gis eller fjernes slik. Se hva som er galt.
problem-delegation-flawed = Ressursen kan ikke registreres slik. Se hva som er galt.
problem-delegation-twice = Samme ressurs står to ganger. Ta bort den ene.
problem-delegation-no_such_resource = Vi finner ikke rettigheten.
problem-delegation-not_found = Vi finner ikke tilgangen.
problem-delegation-no_such_organisation = Vi finner ingen hovedenhet med det nummeret.
problem-delegation-neighbour = Et register vi trenger, svarer ikke. Prøv igjen om litt.
