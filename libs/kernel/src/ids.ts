/** Where ids come from. UUID version 7: random, and sorted by the time of their making. */
export interface IdSource {
  next(): string;
}
