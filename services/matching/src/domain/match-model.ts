/** A learned model as it is shipped: trees of comparisons, flattened; see tests/bench/matching for how it is made. */
export interface ModelFile {
  version: string;
  features: readonly string[];
  /** From this probability on it is a match; from `reviewAt` on a person should look. */
  matchAt: number;
  reviewAt: number;
  /** Index of each tree's first node. */
  roots: readonly number[];
  /** Of each node: the feature asked about, −1 in a leaf. */
  feature: readonly number[];
  threshold: readonly number[];
  left: readonly number[];
  right: readonly number[];
  /** Of a leaf what it adds; of an inner node what it adds on average. */
  value: readonly number[];
}

/** Where the links of a node stand: the feature (−1 in a leaf), the node when it is at most the threshold, the node when it is more. */
const STRIDE = 3;

/** A model that gives a probability, and what each comparison added to it. Pure, and the same on every machine. */
export class MatchModel {
  readonly version: string;
  readonly matchAt: number;
  readonly reviewAt: number;
  readonly features: readonly string[];
  private readonly roots: Int32Array;
  private readonly links: Int32Array;
  /** The threshold of an inner node, what a leaf adds. */
  private readonly numbers: Float64Array;
  private readonly value: Float64Array;

  constructor(file: ModelFile) {
    this.version = file.version;
    this.matchAt = file.matchAt;
    this.reviewAt = file.reviewAt;
    this.features = file.features;
    this.roots = Int32Array.from(file.roots);
    this.value = Float64Array.from(file.value);
    this.links = new Int32Array(file.feature.length * STRIDE);
    this.numbers = new Float64Array(file.feature.length);
    for (const [node, feature] of file.feature.entries()) {
      this.links.set([feature, file.left[node] as number, file.right[node] as number], node * STRIDE);
      this.numbers[node] = (feature < 0 ? file.value[node] : file.threshold[node]) as number;
    }
  }

  /** Log-odds that the two are one company. */
  logOdds(x: Float32Array): number {
    const { roots, links, numbers } = this;
    let sum = 0;
    for (let t = 0; t < roots.length; t += 1) {
      let node = roots[t] as number;
      let feature = links[node * STRIDE] as number;
      while (feature >= 0) {
        node = links[node * STRIDE + ((x[feature] as number) <= (numbers[node] as number) ? 1 : 2)] as number;
        feature = links[node * STRIDE] as number;
      }
      sum += numbers[node] as number;
    }
    return sum;
  }

  /** What each feature added to the log-odds: on each step down a tree, the change of the average. They and `base` add up. */
  waterfall(x: Float32Array): { base: number; added: Float64Array } {
    const added = new Float64Array(this.features.length);
    let base = 0;
    for (const root of this.roots) {
      let node = root;
      base += this.value[node] as number;
      for (let feature = this.links[node * STRIDE] as number; feature >= 0; feature = this.links[node * STRIDE] as number) {
        const next = this.links[node * STRIDE + ((x[feature] as number) <= (this.numbers[node] as number) ? 1 : 2)] as number;
        added[feature] = (added[feature] as number) + (this.value[next] as number) - (this.value[node] as number);
        node = next;
      }
    }
    return { base, added };
  }
}

export const probability = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));
