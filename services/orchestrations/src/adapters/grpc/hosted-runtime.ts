import type { kinds } from '@signalbox/contracts';
import { fatal } from '@signalbox/kernel';
import type { GrpcClient } from '@signalbox/platform-grpc';
import type { CrmPicture, Definition, FactStream, KindDeclaration, KindProblem, KindRuntime, OrchestrationKind, PlannedRecord, Preparing, PrerequisiteName, WriteTarget } from '@signalbox/platform-orchestration';

type Host = GrpcClient<typeof kinds.KindHostServiceDefinition>;
type Part = IteratorResult<kinds.PlanPart>;

/** What was looked at, with its record if it needs one: the host has planned it. */
type Planned = PlannedRecord | undefined;

/** What the host said of a definition. */
export interface HostedFacts {
  problems: KindProblem[];
  target?: WriteTarget;
}

const toMessage = (d: Definition): kinds.KindDefinition => {
  const { workspaceId: _workspaceId, settings, ...definition } = d;
  return { ...definition, settingsJson: JSON.stringify(settings ?? {}) };
};

/** The reason in words is made where the reason is: the host sends it along, and it travels as the note. */
const toPlanned = ({ reasonText, ...record }: kinds.PlannedRecord): PlannedRecord => ({ ...record, note: reasonText });

type HostedKind = OrchestrationKind<Planned, undefined, HostedFacts>;

const hostedKind = (declaration: KindDeclaration): HostedKind => ({
  ...declaration,
  validate: (_definition, facts) => facts.problems,
  begin: () => undefined,
  plan: (batch) => batch.filter((record) => record !== undefined),
  describe: (record) => record.note ?? record.reason,
});

/** A kind that a service of its own plans; its definitions, plans and runs are kept here like those of any other. */
export class HostedRuntime implements KindRuntime<Planned, undefined, HostedFacts> {
  readonly kind: HostedKind;

  constructor(declaration: KindDeclaration, private readonly host: Host) {
    this.kind = hostedKind(declaration);
  }

  async facts(definition: Definition, signal?: AbortSignal): Promise<HostedFacts> {
    const { problems, target } = await this.host.checkDefinition({ definition: toMessage(definition) }, { workspaceId: definition.workspaceId, signal });
    return { target, problems: problems.map((p): KindProblem => ({ ...p, prerequisite: (p.prerequisite || undefined) as PrerequisiteName | undefined })) };
  }

  target(_definition: Definition, { target }: HostedFacts): WriteTarget {
    if (!target) throw fatal('orchestrations.kind.no_target', 'The service that plans this did not say where to write.');
    return target;
  }

  async refresh(definition: Definition, signal: AbortSignal, report: (preparing: Preparing) => Promise<void>): Promise<CrmPicture> {
    let came: CrmPicture | undefined;
    for await (const { preparing, picture } of this.host.refreshPicture({ definition: toMessage(definition) }, { workspaceId: definition.workspaceId, signal })) {
      if (preparing) await report(preparing);
      came = picture;
    }
    if (!came) throw fatal('orchestrations.kind.no_picture', 'The service that plans this did not say what it has seen of the CRM.');
    return came;
  }

  open(definition: Definition, _facts: HostedFacts, signal: AbortSignal, planId: string): FactStream<Planned> {
    const parts = this.host.streamPlan({ definition: toMessage(definition), planId }, { workspaceId: definition.workspaceId, signal })[Symbol.asyncIterator]();
    const first = parts.next();
    return { expected: first.then(({ done, value }) => (done ? 0 : value.expected)), batches: this.batches(first, parts) };
  }

  private async *batches(first: Promise<Part>, parts: AsyncIterator<kinds.PlanPart>): AsyncGenerator<Planned[]> {
    try {
      for (let part = await first; !part.done; part = await parts.next()) {
        const { lookedAt, records } = part.value;
        const batch: Planned[] = records.map(toPlanned);
        // Counted as looked at, as those of a kind that is planned here.
        while (batch.length < lookedAt) batch.push(undefined);
        if (batch.length > 0) yield batch;
      }
    } finally {
      // Whoever stops reading ends the planning.
      await parts.return?.();
    }
  }
}
