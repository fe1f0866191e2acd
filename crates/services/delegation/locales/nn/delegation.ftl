# Kva som er gale
delegation-error-text = Skriv teksten på bokmål, nynorsk og engelsk.
delegation-error-authority = Skriv namnet på den som har ansvar for retten.
delegation-error-roles = Oppgi ei eller fleire roller frå Einingsregisteret som gir tilgangsstyring, til dømes DAGL.
delegation-error-scopes = Oppgi eitt eller fleire scope, utan mellomrom og hermeteikn.
delegation-error-no_resource = Vi finn ikkje retten. Søk etter han på nytt.
delegation-error-not_delegable = Retten kan ikkje givast no. Ta kontakt med den som har ansvar for han.
delegation-error-number = Skriv eit organisasjonsnummer med 9 siffer. Sjå etter skrivefeil.
delegation-error-from_unknown = Einingsregisteret har inga verksemd med nummeret til den som skal gi tilgangen.
delegation-error-from_sub_unit = Berre hovudeiningar kan gi tilgangar. Vel hovudeininga.
delegation-error-to_unknown = Einingsregisteret har inga verksemd med det nummeret. Spør leverandøren kva nummer du skal bruke.
delegation-error-to_sub_unit = Nummeret høyrer til ei undereining. Bruk nummeret til hovudeininga.
delegation-error-oneself = Det er nummeret til di eiga verksemd. Skriv nummeret til leverandøren.
delegation-error-already_given = Leverandøren har denne tilgangen allereie. Du treng ikkje gjere noko.
delegation-error-already_ended = Tilgangen er fjerna allereie. Du treng ikkje gjere noko.
delegation-error-ends_wrongly = Ein tilgang kan ta slutt no eller tidlegare, men ikkje før han vart gitt.

# Feil
problem-delegation-already_given = Leverandøren har denne tilgangen allereie.
problem-delegation-already_ended = Tilgangen er fjerna allereie.
problem-delegation-invalid = Tilgangen kan ikkje givast eller fjernast slik. Sjå kva som er gale.
problem-delegation-flawed = Ressursen kan ikkje registrerast slik. Sjå kva som er gale.
problem-delegation-twice = Same ressurs står to gonger. Ta bort den eine.
problem-delegation-no_such_resource = Vi finn ikkje retten.
problem-delegation-not_found = Vi finn ikkje tilgangen.
problem-delegation-no_such_organisation = Vi finn inga hovudeining med det nummeret.
problem-delegation-neighbour = Eit register vi treng, svarar ikkje. Prøv igjen om litt.
