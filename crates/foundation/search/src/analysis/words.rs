//! Words that the splitting of compounds starts with. The catalogue's own words are learnt on top, so
//! that this list need not be long: it is for a catalogue that is still small.

/// Nouns that end and begin compounds in health registers.
pub(super) const SEEDS: &str = "\
adresse alder allergi analyse angst anmerkning anestesi ansvar antall apotek arbeid arbeidsevne arteri artrose \
astma atferd avdeling avstand barn bedring befolkning begynnelse behandling behov bekken bekymring ben berus \
beskrivelse betennelse bilde biopsi bivirkning bleieskift blindtarm blod blodtrykk blære blødning bosted brok \
brudd brukere bruk bryst brystkreft bukspyttkjertel celle dato demens depresjon diabetes diagnose diare dose \
drikke drypp dødsfall dødsårsak effekt eggstokk egenandel eksem embete endetarm endring epilepsi episode evne \
familie fastlege feber fedme femte fett fibrillasjon flyt forløp forskning forsikring foster fravær fylke \
fødested fødsel fødselsvekt galle galleblære gang gikt graviditet grense gruppe halsen hals hendelse helse \
hemming henvisning hinne hjelp hjerne hjerneslag hjerte hjertesvikt hodet hode hofte hofteleddet hoste hormon \
hoved hovedtilstand høyde hørsel identitet implantat indeks infarkt infeksjon influensa innleggelse inngrep \
institusjon insulin intensiv intervall iskemi journal kateter kirurgi kjertel kjønn klamydia klasse klinikk \
kode kolesterol kols komite kommune komplikasjon kontakt kontroll kontrast kost kreft kretsløp kropp kvalitet \
kvinne kysten legemiddel ledd lege lekkasje leukemi levekår lever levetid lidelse livmor livmorhals livskvalitet \
lokalisasjon lunge lungebetennelse lymfe lymfom mage malaria mandel mangel markør marg maskin medisin medlem \
melanom melding melke menn middel migrene milt miljø mobilitet muskel myndighet mål måling måned måten nakke \
navn nerve netthinne nevrologi nivå norm nummer nyre nyresvikt nærvær område omsorg operasjon opphold organ \
ordning overlevelse pasient periode perioden person plager plan plass plassering pleie poeng polypp post \
preparat prevensjon primær produkt program prosedyre prosent prosjekt prostata protese prøve prøvesvar psoriasis \
psykiatri psykose pumpe puls pusten punkt rapport reaksjon refusjon region register rehabilitering reise resept \
resultat ressurs revmatisme risiko rolle ruse rusmiddel rygg ryggmarg røntgen røyking samtykke saken sakte \
sekund senter sepsis serum sikkerhet sirkulasjon sjekk skade skala skjelett skjema skjoldbruskkjertel skole skore \
slag slagvolum slim slimhinne smerte smitte snitt somatikk spesialitet spiserør sprøyte spørreskjema stadium \
status stedet sted steril stoff stoffskifte stråle stråling strupe studie støtte sukker sukkersyke svangerskap \
svar svikt svimmel svulst syke sykdom sykehus symptom syndrom syre system søvn tann tarm test tenner tester tid \
tilfelle tilstand time tjeneste transplantasjon trening trykk tuberkulose tumor tykktarm tyngde type ulykke \
underliv undersøkelse uhell ungdom utdanning utfall utleveringsdato utskrivning utslag utstyr vaksine vaksinasjon \
valg vann variabel vedtak vekst vekt veneblod vene verdi verdi virkning virus volum vurdering værelse yrke ytelse \
økonomi øvelse åndedrett årsak årsaken \
atrie atrofi bihule bilirubin fremmed fødeinstitusjon gravid hemoglobin hornhinne innvandrer kreatinin kroppshøyde \
kroppsmasse kroppsvekt lokal luft lårhals mamma masse metastase mottaker natrium orgasme osteoporose parkinson \
pericard personnummer psykisk registrering respirasjon sentral spinal stamcelle sæd testikkel urin utløse vev \
blind død egen fast frem førstegang halvår hjemmel kriminal kvartal land uke verd hjem folke før natur natt dag \
fangst kraft styrke bekreftelse kontor konto firma formål forsker fag ferie fjern flerfold frist gyldighet";

/// Words shorter than the rule allows that yet begin compounds: `hudkreft`, `øyesykdom`.
pub(super) const SHORT: [&str; 26] = [
    "hud", "øye", "øre", "ben", "arm", "fot", "kne", "tå", "liv", "død", "sår", "syn", "hår", "bly", "jod", "gen",
    "rus", "far", "mor", "bo", "kar", "tid", "dag", "mål", "syk", "år",
];

/// Short words that also end compounds: `fosterdød`, `liggesår`.
pub(super) const SHORT_HEADS: [&str; 10] = ["hud", "øye", "øre", "ben", "arm", "kne", "død", "sår", "tid", "mål"];

/// Words that begin many words without being a part that anybody looks for: prepositions, pronouns,
/// auxiliaries, remains of endings, and what is left of `bekreftet`.
pub(super) const STOP: [&str; 76] = [
    "for", "fra", "til", "ved", "med", "mot", "inn", "opp", "ned", "over", "under", "etter", "mellom", "uten", "samt",
    "eller", "ikke", "hver", "noen", "alle", "andre", "denne", "dette", "disse", "være", "blir", "blitt", "hadde",
    "have", "skal", "kunne", "ville", "slik", "også", "bare", "mest", "mere", "sine", "hans", "ende", "enten", "inne",
    "hvor", "hvem", "siden", "samme", "forrige", "neste", "første", "siste", "minst", "ling", "ning", "ring", "ting",
    "else", "sten", "isme", "sjon", "asjon", "ering", "eringer", "inger", "ende", "ster", "heten", "lig", "elig",
    "logi", "iske", "sjonen", "ende", "krefte", "kreftet", "kreftes", "kreftede",
];
