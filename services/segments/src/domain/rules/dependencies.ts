import type { segments } from '@signalbox/contracts';
import { invalid } from '@signalbox/kernel';

/** One segment in the graph of what is built from what. */
export interface SegmentNode {
  id: string;
  name: string;
  /** Ids of the segments that its rule names. */
  dependsOn: readonly string[];
}

export type SegmentGraph = ReadonlyMap<string, SegmentNode>;

interface Named {
  id: string;
  path: string;
}

/** Segments that a rule names, with the path of the condition; each once. */
export function namedSegments(rule: segments.RuleNode | undefined, path = 'rule'): Named[] {
  const found = new Map<string, Named>();
  const visit = (node: segments.RuleNode, at: string) => {
    if (node.node?.$case === 'group') node.node.group.children.forEach((child, i) => visit(child, `${at}.group.children[${i}]`));
    if (node.node?.$case === 'segment' && !found.has(node.node.segment.segmentId)) found.set(node.node.segment.segmentId, { id: node.node.segment.segmentId, path: `${at}.segment` });
  };
  if (rule) visit(rule, path);
  return [...found.values()];
}

/** The way from one segment to another along what they are built from, both included; undefined when there is none. */
function wayTo(graph: SegmentGraph, from: string, to: string): string[] | undefined {
  const cameFrom = new Map<string, string | undefined>([[from, undefined]]);
  const queue = [from];
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    if (id === to) {
      const way = [];
      for (let at: string | undefined = id; at !== undefined; at = cameFrom.get(at)) way.unshift(at);
      return way;
    }
    for (const next of graph.get(id)?.dependsOn ?? []) {
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, id);
      queue.push(next);
    }
  }
  return undefined;
}

/**
 * A segment must not be built from itself, directly or through others.
 * @throws Invalid `segments.rule.cycle` naming the condition and the way round
 */
export function checkNoCycle(segment: { id: string; name: string }, rule: segments.RuleNode, graph: SegmentGraph): void {
  for (const { id, path } of namedSegments(rule)) {
    const way = wayTo(graph, id, segment.id);
    if (!way) continue;
    const names = [segment.name, ...way.map((step) => (step === segment.id ? segment.name : (graph.get(step)?.name ?? step)))].map((n) => `"${n}"`);
    throw invalid('segments.rule.cycle', `${path}: The segment would be built from itself: ${names.join(' → ')}. Choose another segment here, or change one on the way.`, { field: path });
  }
}

/** The segment and all that it is built from, the asked one first, then in the order in which they are come upon. */
export function closureOf(graph: SegmentGraph, id: string): string[] {
  const seen = new Set([id]);
  for (const at of seen) for (const next of graph.get(at)?.dependsOn ?? []) seen.add(next);
  return [...seen];
}

/** All segments, each after those that it is built from. The graph has no cycles. */
export function inOrder(graph: SegmentGraph): SegmentNode[] {
  const done = new Set<string>();
  const order: SegmentNode[] = [];
  const visit = (node: SegmentNode) => {
    if (done.has(node.id)) return;
    done.add(node.id);
    for (const id of node.dependsOn) {
      const next = graph.get(id);
      if (next) visit(next);
    }
    order.push(node);
  };
  for (const node of graph.values()) visit(node);
  return order;
}
