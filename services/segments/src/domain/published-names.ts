/** In the order in which names are written: by their characters, which is the same everywhere, whatever the language of a server. */
export function byNames<T extends { name: string }>(published: readonly T[]): T[] {
  return [...published].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
