/** The time as data: pure code takes a `now`, everything else takes a Clock. */
export interface Clock {
  now(): Date;
}
