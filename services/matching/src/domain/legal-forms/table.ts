/** How companies of one or several countries end their names, and how they begin them; as registers write them. */
export interface LegalFormsOfPlace {
  suffixes: readonly string[];
  prefixes?: readonly string[];
}

/** By ISO 3166 codes of the countries, parted by spaces. */
export type LegalFormTable = Readonly<Record<string, LegalFormsOfPlace>>;
