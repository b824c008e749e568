/** One shape of the running product. Scenarios take a topology and never ask which one it is. */
export interface Topology {
  /** Address of the gateway: console and API. */
  url: string;
  /** Ends everything at once, as a power cut would; `resume` brings it back on the same data. */
  kill(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
}

export type StartTopology = () => Promise<Topology>;
