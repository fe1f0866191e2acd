exchange-crumb-catalogue = Catalogue
exchange-check-title = Check against other catalogues
exchange-check-lead = The source is also shown in national and European catalogues. Here you see what they demand that the description lacks. Where something mandatory is lacking, whoever publishes must say why.
exchange-check-good = Nothing is lacking
exchange-check-breaches = { $count ->
    [one] One mandatory thing is lacking
   *[other] { $count } mandatory things are lacking
}
exchange-check-advice = { $count ->
    [one] One piece of advice
   *[other] { $count } pieces of advice
}
exchange-check-to-come = These demands are not in use yet.
exchange-check-turtle = See the source as the catalogue reads it ({ $profile })
exchange-short-dcat-ap-no-2 = DCAT-AP-NO 2
exchange-short-dcat-ap-no-3 = DCAT-AP-NO 3
exchange-short-health = HealthDCAT-AP
exchange-severity-violation = Mandatory
exchange-severity-warning = Should be mended
exchange-severity-info = For information
exchange-history = When the editions were published
exchange-history-caption = What was found when each edition was published, the newest first
exchange-history-edition = Edition
exchange-history-when = Checked
exchange-history-none = No edition has been checked when published yet. The next one will be.
exchange-history-other-shapes = other demands than today
exchange-history-not-checked = Not checked
exchange-crumb-desk = Governance
exchange-harvests = Catalogues that are harvested
exchange-harvests-lead = Varde reads these catalogues regularly. What is new becomes one proposal that somebody looks at before it is published. What disappears there is proposed as withdrawn, never deleted.
exchange-harvests-caption = Catalogues, where they are and how it goes
exchange-harvests-none = No catalogue is harvested
exchange-harvests-none-text = Add a catalogue below, or ask whoever looks after the data sources to do so.
exchange-harvest-new = Add a catalogue
exchange-harvest-title = Name
exchange-harvest-title-hint = What the catalogue is called here, such as the organisation's name.
exchange-harvest-address = Address
exchange-harvest-address-hint = An https address that answers with DCAT as Turtle, JSON-LD or RDF/XML.
exchange-harvest-every = How often
exchange-harvest-state = Status
exchange-harvest-next = Next time
exchange-harvest-mail = E-mail of whoever is to be told
exchange-harvest-mail-hint = A function, not a person. It is told when it has failed three times in a row.
exchange-harvest-add = Add
exchange-harvest-now = Harvest now
exchange-harvest-pause = Pause
exchange-harvest-resume = Start again
exchange-harvest-lost = So much is gone from the catalogue that it may be a fault there. Is it meant to be gone?
exchange-harvest-lose = Yes, propose to withdraw it
exchange-pace-day = Every day
exchange-pace-week = Every week
exchange-pace-month = Every 30 days
exchange-pace-hours = { $count ->
    [one] Every hour
   *[other] Every { $count } hours
}
exchange-state-works = Works
exchange-state-paused = Paused
exchange-state-fails = { $count ->
    [one] Failed the last time
   *[other] Failed { $count } times in a row
}
exchange-next-now = At once
exchange-next-never = Not while it is paused
exchange-runs = History
exchange-runs-caption = Each time the catalogue was read, the newest first
exchange-runs-none = The catalogue has not been read yet. It will be in a moment.
exchange-runs-when = When
exchange-runs-outcome = Outcome
exchange-runs-counts = Datasets
exchange-runs-proposal = Proposal
exchange-runs-see = See the proposal
exchange-outcome-not_modified = Unchanged
exchange-outcome-nothing_new = Nothing new
exchange-outcome-proposed = Proposed
exchange-outcome-failed = Failed
exchange-count-datasets = { $count } in the catalogue
exchange-count-added = { $count ->
    [one] one new
   *[other] { $count } new
}
exchange-count-changed = { $count ->
    [one] one changed
   *[other] { $count } changed
}
exchange-count-withdrawn = { $count ->
    [one] one gone
   *[other] { $count } gone
}
exchange-count-left-out = { $count ->
    [one] one left out
   *[other] { $count } left out
}
exchange-trouble-not_https = The address is no https address.
exchange-trouble-not_public = The address does not lead to the open net.
exchange-trouble-no_answer = The catalogue did not answer in time.
exchange-trouble-status = The catalogue is not at that address, or its server failed.
exchange-trouble-redirects = The address leads on too many times.
exchange-trouble-too_large = The catalogue is too large.
exchange-trouble-not_rdf = The answer is not Turtle, JSON-LD, RDF/XML or N-Triples.
exchange-trouble-broken = The answer cannot be read: it is broken.
exchange-trouble-no_datasets = The answer describes no dataset with an address.
exchange-trouble-lost_many = Much is gone from the catalogue since the last time. Somebody must say whether it is meant.
exchange-trouble-wrong_source = What the catalogue says cannot become a data source here.
exchange-trouble-ours = The fault is ours. We try again.
exchange-mail-subject = The catalogue { $title } cannot be harvested
exchange-mail-body = Varde has tried to read the catalogue “{ $title }” { $count } times in a row without success, the last time on { $date }.

    { $trouble }

    We try again, with longer and longer pauses. The history is here: { $link }
exchange-error-title = Write a name of at most 200 characters.
exchange-error-address = Write an https address, without a user name and without #.
exchange-error-not-public = The address does not lead to the open net.
exchange-error-every = Choose how often the catalogue is to be read.
exchange-error-mail = Write an e-mail address, such as catalogue@organisation.no.
exchange-error-already = The catalogue at this address is harvested already.
exchange-error-profile = Choose dcat-ap-no-2, dcat-ap-no-3, health or schema.org.
exchange-error-format = Choose ttl, jsonld, rdf or nt.
exchange-error-since = Write a time, such as 2026-11-01T00:00:00Z, or a day, such as 2026-11-01.
problem-exchange-not_found = The catalogue has no such source or page.
problem-exchange-unknown_profile = There is no such profile. Choose dcat-ap-no-2, dcat-ap-no-3, health or schema.org.
problem-exchange-unknown_format = There is no such format. Choose ttl, jsonld, rdf or nt.
problem-exchange-wrong_since = The time cannot be read. Write for example 2026-11-01.
problem-exchange-writing = The description could not be written. The fault is ours.
problem-exchange-shapes = The check could not be made. The fault is ours.
problem-exchange-depth = The description is too complex to be checked. The fault is ours.
problem-exchange-lost_many = Much is gone from the catalogue since the last time. See whether the whole catalogue is there.
problem-exchange-already_harvested = The catalogue at this address is harvested already.
problem-exchange-invalid = Something in the form must be mended.
problem-exchange-client = Catalogues cannot be read now. The fault is ours.
