/**
 * What the words of organisations' names stand for: abbreviations, plurals, and the same word in other languages. The left
 * side is the English word that all are compared as. Words of places and people are left as they are.
 */
const WORDS: Readonly<Record<string, string>> = {
  academy: 'academia academie akademie akademia academies acad akademi akademiya',
  administration: 'admin administracion administratia administracao verwaltung',
  agency: 'agencia agence agentur agenzia agentia agencja agentura agcy',
  agricultural: 'agriculture agricola agricole agri agraria agrarian agrario agricultura agronomic agro landwirtschaft landwirtschaftliche',
  association: 'assn assoc asociacion associacao associazione associates associate asociatia verein verband verbund associations',
  authority: 'autoridad autorite auth',
  autonomous: 'autonoma autonomo autonome',
  bank: 'banco banque banca banka banks',
  board: 'bd',
  brothers: 'bros brother',
  capital: 'cap',
  catholic: 'catolica catholique cattolica katholische katholieke',
  center: 'centre centro zentrum centrum centra ctr cntr centers centres centar centru',
  central: 'centrale',
  chemical: 'chem chemicals chemie chimie quimica chemistry chimica',
  children: 'childrens enfants kinder infantil',
  city: 'ciudad ville stadt citta cidade ciy',
  clinic: 'clinica clinique klinik clinics klinika',
  college: 'colegio collegio coll colleges collegium hogeschool hochschule fachhochschule hogskola hogskolen hogskole hojskole',
  commission: 'comision comissao kommission',
  communication: 'communications comm comms comunicacion comunicaciones',
  community: 'cmnty comunidad communaute comunitario',
  construction: 'constructions const constr construcciones construccion',
  cooperative: 'coop cooperativa genossenschaft kooperative',
  council: 'consejo conseil consiglio conselho',
  county: 'cnty',
  department: 'dept departamento departement abteilung departments',
  development: 'dev desarrollo developpement entwicklung sviluppo desenvolvimento developments',
  district: 'dist distrito districts',
  economic: 'economics economy economia economica economicas economie wirtschaft okonomie ekonomiczny ekonomii',
  education: 'educational educacion educacao educ edu bildung pedagogical pedagogy pedagogica pedagogique padagogische',
  electric: 'elec electrical electricity electrico electrica electrique elektrik',
  electronic: 'electronics electronica electronique elektronik elektro electron',
  energy: 'energia energie energies energi',
  engineering: 'eng engr engrg engineers ingenieria ingenieurs ingenierie ingegneria engenharia engineer',
  enterprise: 'enterprises ent entp empresa entreprise',
  environment: 'environmental env medio ambiente environnement umwelt ambiental',
  faculty: 'facultad faculte fakultat facolta faculdade',
  federal: 'fed federale bundes',
  finance: 'financial fin financiera finanz finances financiere financials',
  foundation: 'fdn found fundacion fondation fondazione stiftung fundacao fundacja stichting stiftelse fundacio fundatia saatio fonden nadace foundations',
  general: 'gen generale',
  government: 'govt gov gobierno gouvernement',
  group: 'grp groupe gruppe grupo gruppo groups gruppen groep',
  health: 'healthcare sante salud saude gesundheit salute hlth sanitaria sanitario',
  high: 'hi',
  higher: 'superior superieure superieur superiore',
  holding: 'holdings hldg hldgs hold holdco',
  hospital: 'hosp hopital hospitalier hospitaliere ospedale hospitals krankenhaus spital klinikum ziekenhuis sygehus sykehus sjukhus szpital spitalul bolnica hopitaux hospitalar ospedaliera hospitalo nemocnice sairaala',
  industrial: 'industriale industriel industrielle',
  industry: 'industries ind inds industria industrias industrie',
  information: 'info informacion informatique informatics informatik informatica',
  innovation: 'innovations innovacion innovazione',
  institute: 'inst institut instituto istituto instituut institutul instytut institutt institutes institution institutions institutet ist',
  insurance: 'seguros assurance assurances versicherung assicurazioni versicherungen',
  international: 'intl int internacional internationale internazionale internationaler',
  investment: 'investments invest inv inversiones investissement',
  laboratory: 'lab labs laboratories laboratorio laboratoire laboratorios labor laboratories',
  library: 'biblioteca bibliotheque bibliothek lib',
  limited: 'ltd',
  management: 'mgmt mgt mngmt managment gestion',
  manufacturing: 'mfg manuf mfrs manufacturers manufacture manufacturer',
  medical: 'med medicine medico medica medicina medicale medizinische medicinal medizin medecine meditsinskiy',
  memorial: 'mem meml',
  metropolitan: 'metro metropolitana metropolitano',
  mining: 'min',
  ministry: 'ministerio ministere ministerium ministero ministerstvo ministerie',
  mountain: 'mtn mt mount',
  municipal: 'municipality municipio municipalidad commune comune gemeinde munic mun kommune kommun',
  museum: 'museo musee museu muzeum museums',
  national: 'nacional nationale nazionale natl nat nationales narodowy nationaal nasional natsionalnyy nacionalna',
  office: 'oficina bureau buro amt',
  pharmaceutical: 'pharm pharma pharmaceuticals pharmaceutica farmaceutica pharmaceutique farma pharmacy pharmacie farmacia pharmazeutische',
  policy: 'politica politique',
  polytechnic: 'politecnica politecnico polytechnique politecnica politechnika polytechnical polytech politehnica politechnic',
  private: 'privada prive',
  product: 'products prod prods productos produits',
  property: 'properties prop props',
  public: 'publica publique publico pub',
  regional: 'region regionale regiao',
  research: 'rsch investigacion investigaciones recherche recherches ricerca ricerche forschung pesquisa pesquisas onderzoek badan forskning badawczy',
  resource: 'resources ressources recursos',
  royal: 'real royale',
  school: 'sch escuela ecole scuola escola schule schools skola szkola ecoles schulen',
  science: 'sciences sci ciencia ciencias scienze wissenschaft wissenschaften scientific cientifico cientificas scientifique wetenschappen nauk cientifica scientifica wissenschaftliche',
  security: 'securities sec seguridad securite sicherheit',
  service: 'services svc svcs servicio servicios servizi servico servicos dienst serv',
  social: 'sociale sociales soziale',
  society: 'soc societe sociedad gesellschaft societa sociedade selskab sallskapet',
  solution: 'solutions sol soluciones',
  state: 'estatal estado estadual etat staatliche stato',
  study: 'studies estudios etudes studi estudos studien',
  system: 'systems sys sistemas systemes sistema systeme',
  technology: 'technologies tech technol tecnologia tecnologias technologie technological technical tecnologico tecnologica tecnico tecnica technik technique technische technologique tecnologie technics techniques techno technion teknoloji teknik technisch technicka techniczny',
  telecommunication: 'telecommunications telecom telecoms telekom telecomunicaciones telekomunikasyon',
  trade: 'trading commerce comercio comercial commercial handel handels',
  transport: 'transportation transportes transports transporte',
  union: 'unione uniao',
  university: 'univ universidad universite universitat universita universidade universiteit uniwersytet universitatea universitet universitas universities universitario universitaria universitaire universitari univerzita univerzitet sveuciliste universitesi universitaet univerza ulikool yliopisto egyetem universitatsklinikum universitaria universitatii universidades uni universitetet unversity univerisity',
  veterinary: 'vet veterinaria veterinaire',
  water: 'agua eau wasser',
  work: 'works',
};

const CANONICAL = new Map<string, string>();
for (const [word, spellings] of Object.entries(WORDS)) {
  for (const spelling of spellings.split(' ')) if (!CANONICAL.has(spelling) && WORDS[spelling] === undefined) CANONICAL.set(spelling, word);
}

/** Joining words and articles: they tell no two names apart. */
export const FILLERS: ReadonlySet<string> = new Set([
  'of', 'and', 'the', 'for', 'de', 'la', 'le', 'les', 'des', 'du', 'del', 'der', 'die', 'das', 'und', 'et', 'y', 'e', 'da', 'do', 'di', 'in', 'at', 'van', 'fur', 'pour', 'para', 'a', 'l', 'd', 'en', 'el', 'al', 'dos', 'das', 'della', 'delle', 'dei',
  'degli', 'dell', 'dello', 'los', 'las', 'zu', 'zur', 'zum', 'im', 'am', 'von', 'vom', 'to', 'on', 'by', 'with', 'i', 'w', 'na', 'och', 'og', 'ja', 'ed', 'per', 'sur', 'sous', 'aux', 'au', 'den', 'dem', 'het', 'voor', 'nel', 'nella', 's', 'o', 'as', 'os',
]);

/** The word that a token is compared as. */
export const canonicalWord = (token: string): string => CANONICAL.get(token) ?? token;

/** Words that many kinds of organisation put at the end of their names and that tell little: lists by what they tell. */
export const GENERIC_WORDS: ReadonlySet<string> = new Set([
  'group', 'holding', 'international', 'company', 'corporation', 'global', 'worldwide', 'industry', 'enterprise', 'official', 'site', 'home', 'hq', 'headquarters', 'head', 'website', 'main', 'nam', 'emea', 'apac', 'latam', 'page', 'welcome', 'online', 'com', 'net', 'org', 'www', 'old', 'new', 'the',
]);

/** Words of parts and daughters of organisations: a hospital of a university, a campus, an office. */
export const UNIT_WORDS: ReadonlySet<string> = new Set([
  'hospital', 'clinic', 'center', 'institute', 'school', 'college', 'faculty', 'department', 'campus', 'laboratory', 'division', 'branch', 'office', 'museum', 'library', 'foundation', 'research', 'station', 'academy', 'program', 'programme', 'unit',
  'medical', 'health', 'cancer', 'children', 'regional', 'north', 'south', 'east', 'west', 'northern', 'southern', 'eastern', 'western', 'security', 'capital', 'academy', 'media', 'logistics', 'diagnostics', 'automotive', 'chemical', 'marine', 'retail',
  'procurement', 'staffing', 'estate', 'insurance', 'finance', 'service', 'ventures', 'partners', 'fund', 'trust', 'ministry', 'agency', 'council', 'subsidiary', 'delegation', 'observatory', 'garden', 'press', 'publishing', 'studio', 'studios',
]);
