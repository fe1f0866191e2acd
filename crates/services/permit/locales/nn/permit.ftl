# The public register
permit-register = Tillatingar
permit-register-lead = Her står alle tillatingar til å bruke helsedata: kven som har fått dei, kvifor, og nøyaktig kva dei kan bruke. Ingen personar er namngjevne.
permit-none = Ingen tillatingar enno
permit-none-text = Når Helsedataservice gir ei tillating, står ho her same dag.
permit-none-action = Sjå variablane
permit-search = Søk i prosjekt, verksemder og formål
permit-search-button = Søk
permit-count = { $count ->
    [0] Ingen treff.
    [one] Éi tillating.
   *[other] { $count } tillatingar.
}
permit-no-match = Ingen tillatingar passar
permit-no-match-text = Prøv færre eller andre ord.
permit-all = Vis alle
permit-pages = Sider i registeret
permit-newer = Nyare tillatingar
permit-older = Eldre tillatingar
permit-project = Prosjekt
permit-holder = Verksemd
permit-body = Vedtak gjort av
permit-purpose = Formål
permit-decided = Vedteke
permit-standing = Status
permit-valid = Gjeld
permit-ahead = Gjeld ikkje enno
permit-over = Gått ut
permit-revoked = Trekt tilbake
permit-bases = Heimel
permit-lasts = Gjeld i tida
permit-from = frå { $from }
permit-data-from = Data frå tida
permit-rules = Regelverk
permit-rules-norway = Norsk lov: ein reservasjon verkar på alle seinare uttrekk
permit-rules-ehds = EHDS: ein reservasjon verkar på tillatingar gitt etter han
permit-version = Versjon
permit-predecessor = Erstattar
permit-predecessor-show = Sjå tillatinga ho erstattar
permit-variables = Variablar
permit-variables-text = Prosjektet får desse variablane og ingen andre. Ingen fødselsnummer blir utleverte.
permit-variables-count = { $count ->
    [one] Éin variabel
   *[other] { $count } variablar
}
permit-variable = Variabel
permit-granularity = Kor detaljert
permit-granularity-as-is = Som i registeret
permit-granularity-month = År og månad
permit-granularity-year = År
permit-granularity-relative-days = Dagar frå indeksdatoen, eller frå første hending
permit-granularity-shifted = Datoar flytte like mange dagar for kvar person, høgst { $days }
permit-granularity-band = I intervall på { $width }
permit-granularity-rounded = Avrunda til næraste { $to }
permit-granularity-prefix =
    { $length ->
        [one] Det første teiknet i koden
       *[other] Dei fyrste { $length } teikna i koden
    }
permit-purpose-public_health = Folkehelse
permit-purpose-policy = Politikk og regulering
permit-purpose-statistics = Offisiell statistikk
permit-purpose-education = Undervisning
permit-purpose-research = Medisinsk og helsefagleg forsking
permit-purpose-care_improvement = Betre behandling og tenester
permit-check = Kontroller tillatinga
permit-check-text = Tillatinga er forsegla med ein digital signatur. Den som har fått ho, kan kontrollere at kontrollsummen er den same som her.
permit-id = Nummer
permit-digest = Kontrollsum (SHA-256)
permit-json = Tillatinga som JSON
permit-keys = Nøklane ho er forsegla med

# Revoking
permit-revoke = Trekk tilbake tillatinga
permit-revoke-lead = Dette følgjer når tillatinga blir trekt tilbake:
permit-revoke-room = Prosjektrommet blir stengt med ein gong.
permit-revoke-extract = Uttrekket blir ikkje laga, om det ikkje er levert alt.
permit-revoke-told = Søkjaren ser grunngivinga på sida til søknaden. Det offentlege registeret viser at tillatinga er trekt, men ikkje kvifor.
permit-revoke-final = Det kan ikkje angrast. Skal prosjektet halde fram, trengst eit nytt vedtak.
permit-revoke-reason = Kvifor blir tillatinga trekt tilbake?
permit-revoke-reason-hint = Søkjaren får denne teksten. Nemn kva vilkår som er brote, og ikkje namn på personar.
permit-revoke-confirm = Verksemda har fått uttale seg, eller saka kan ikkje vente
permit-revoke-confirm-hint = Den det gjeld, skal ha ein rimeleg frist, høgst fire veker, til å svare før eit tiltak (EHDS art. 63 nr. 2).
permit-revoke-now = Trekk tilbake no
permit-revoke-back = Tilbake til tillatinga
permit-revoked-already = Tillatinga er trekt tilbake alt.
permit-error-reason = Skriv kvifor tillatinga blir trekt tilbake
permit-error-confirmed = Stadfest at verksemda har fått uttale seg, eller at saka ikkje kan vente

# Errors
problem-permit-not_found = Det finst inga slik tillating.
problem-permit-flawed = Tillatinga kan ikkje utferdast slik.
problem-permit-revoked = Tillatinga er allereie trekt tilbake.
problem-permit-not_sealed = Dette er ikkje ei forsegla tillating.
problem-permit-other_type = Seglet høyrer til eit anna slags dokument.
problem-permit-unknown_key = Seglet er sett med ein nøkkel vi ikkje kjenner.
problem-permit-broken_seal = Seglet er brote: innhaldet er endra.
problem-permit-unknown_content = Seglet er heilt, men innhaldet kan ikkje lesast.
problem-permit-sealing_key = Tillatingar kan ikkje forseglast akkurat no. Feilen er registrert.
problem-permit-no_reason = Ei tillating blir ikkje trekt tilbake utan grunngiving.
problem-permit-not_confirmed = Tilbaketrekkinga er ikkje stadfesta.
permit-updates = Oppdateringar
permit-updates-yearly = Ein gong i året
permit-updates-quarterly = Ein gong i kvartalet
permit-updates-each_release = Ved kvar ny dataversjon
permit-updates-by-themselves = av seg sjølv
permit-updates-when-asked = når prosjektet ber om det
permit-updates-words = { $rhythm }, til og med { $until }, { $how }
