exchange-crumb-catalogue = Catalogue
exchange-check-title = Check against other catalogues
exchange-check-lead = The source is also shown in national and European catalogues. Here you see what they demand that the description lacks. What is lacking does not stop publication.
exchange-check-good = Nothing is lacking
exchange-check-count = { $count ->
    [one] One thing to look at:
   *[other] { $count } things to look at:
}
exchange-check-turtle = See the source as the catalogue reads it ({ $profile })
exchange-profile-dcat-ap-no-2 = National data catalogue, data.norge.no (DCAT-AP-NO 2)
exchange-profile-health = European catalogue of health data (HealthDCAT-AP)
exchange-severity-violation = Lacking
exchange-severity-warning = Should be mended
exchange-severity-info = For information
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
