# The public register
permit-register = Tillatelser
permit-register-lead = Her står alle tillatelser til å bruke helsedata: hvem som har fått dem, hvorfor, og nøyaktig hva de kan bruke. Ingen personer er navngitt.
permit-none = Ingen tillatelser ennå
permit-none-text = Når Helsedataservice gir en tillatelse, står den her samme dag.
permit-none-action = Se variablene
permit-search = Søk i prosjekter, virksomheter og formål
permit-search-button = Søk
permit-count = { $count ->
    [0] Ingen treff.
    [one] Én tillatelse.
   *[other] { $count } tillatelser.
}
permit-no-match = Ingen tillatelser passer
permit-no-match-text = Prøv færre eller andre ord.
permit-all = Vis alle
permit-pages = Sider i registeret
permit-newer = Nyere tillatelser
permit-older = Eldre tillatelser
permit-project = Prosjekt
permit-holder = Virksomhet
permit-body = Vedtak fattet av
permit-purpose = Formål
permit-decided = Vedtatt
permit-standing = Status
permit-valid = Gjelder
permit-ahead = Gjelder ikke ennå
permit-over = Utløpt
permit-revoked = Trukket tilbake
permit-bases = Hjemmel
permit-lasts = Gjelder i tiden
permit-from = fra { $from }
permit-data-from = Data fra tiden
permit-rules = Regelverk
permit-rules-norway = Norsk lov: en reservasjon virker på alle senere uttrekk
permit-rules-ehds = EHDS: en reservasjon virker på tillatelser gitt etter den
permit-version = Versjon
permit-predecessor = Erstatter
permit-predecessor-show = Se tillatelsen den erstatter
permit-variables = Variabler
permit-variables-text = Prosjektet får disse variablene og ingen andre. Ingen fødselsnumre blir utlevert.
permit-variables-count = { $count ->
    [one] Én variabel
   *[other] { $count } variabler
}
permit-variable = Variabel
permit-granularity = Hvor detaljert
permit-granularity-as-is = Som i registeret
permit-granularity-month = År og måned
permit-granularity-year = År
permit-granularity-relative-days = Dager fra indeksdatoen, eller fra første hendelse
permit-granularity-shifted = Datoer flyttet like mange dager for hver person, høyst { $days }
permit-granularity-band = I intervaller på { $width }
permit-granularity-rounded = Avrundet til nærmeste { $to }
permit-granularity-prefix =
    { $length ->
        [one] Det første tegnet i koden
       *[other] De første { $length } tegnene i koden
    }
permit-purpose-public_health = Folkehelse
permit-purpose-policy = Politikk og regulering
permit-purpose-statistics = Offisiell statistikk
permit-purpose-education = Undervisning
permit-purpose-research = Medisinsk og helsefaglig forskning
permit-purpose-care_improvement = Bedre behandling og tjenester
permit-check = Kontroller tillatelsen
permit-check-text = Tillatelsen er forseglet med en digital signatur. Den som har fått den, kan kontrollere at kontrollsummen er den samme som her.
permit-id = Nummer
permit-digest = Kontrollsum (SHA-256)
permit-json = Tillatelsen som JSON
permit-keys = Nøklene den er forseglet med

# Revoking
permit-revoke = Trekk tilbake tillatelsen
permit-revoke-lead = Dette følger når tillatelsen trekkes tilbake:
permit-revoke-room = Prosjektrommet stenges med en gang.
permit-revoke-extract = Uttrekket blir ikke laget, hvis det ikke er levert allerede.
permit-revoke-told = Søkeren ser begrunnelsen på siden til søknaden. Det offentlige registeret viser at tillatelsen er trukket, men ikke hvorfor.
permit-revoke-final = Det kan ikke angres. Skal prosjektet fortsette, trengs et nytt vedtak.
permit-revoke-reason = Hvorfor trekkes tillatelsen tilbake?
permit-revoke-reason-hint = Søkeren får denne teksten. Nevn hvilket vilkår som er brutt, og ikke navn på personer.
permit-revoke-confirm = Virksomheten har fått uttale seg, eller saken kan ikke vente
permit-revoke-confirm-hint = Den det gjelder, skal ha en rimelig frist, høyst fire uker, til å svare før et tiltak (EHDS art. 63 nr. 2).
permit-revoke-now = Trekk tilbake nå
permit-revoke-back = Tilbake til tillatelsen
permit-revoked-already = Tillatelsen er trukket tilbake allerede.
permit-error-reason = Skriv hvorfor tillatelsen trekkes tilbake
permit-error-confirmed = Bekreft at virksomheten har fått uttale seg, eller at saken ikke kan vente

# Errors
problem-permit-not_found = Det finnes ingen slik tillatelse.
problem-permit-flawed = Tillatelsen kan ikke utstedes slik.
problem-permit-revoked = Tillatelsen er allerede trukket tilbake.
problem-permit-not_sealed = Dette er ikke en forseglet tillatelse.
problem-permit-other_type = Seglet hører til et annet slags dokument.
problem-permit-unknown_key = Seglet er satt med en nøkkel vi ikke kjenner.
problem-permit-broken_seal = Seglet er brutt: innholdet er endret.
problem-permit-unknown_content = Seglet er helt, men innholdet kan ikke leses.
problem-permit-sealing_key = Tillatelser kan ikke forsegles akkurat nå. Feilen er registrert.
problem-permit-no_reason = En tillatelse trekkes ikke tilbake uten begrunnelse.
problem-permit-not_confirmed = Tilbaketrekkingen er ikke bekreftet.
permit-updates = Oppdateringer
permit-updates-yearly = Én gang i året
permit-updates-quarterly = Én gang i kvartalet
permit-updates-each_release = Ved hver ny dataversjon
permit-updates-by-themselves = av seg selv
permit-updates-when-asked = når prosjektet ber om det
permit-updates-words = { $rhythm }, til og med { $until }, { $how }
