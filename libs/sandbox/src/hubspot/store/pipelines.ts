export interface Stage {
  id: string;
  label: string;
  displayOrder: number;
  /** 0 to 1; 1 is won and 0 is lost when the stage is closed. */
  probability: number;
  isClosed: boolean;
  createdAt: number;
}

export interface Pipeline {
  id: string;
  label: string;
  displayOrder: number;
  stages: Stage[];
  createdAt: number;
}

interface StageInput {
  label?: string;
  stageId?: string;
  displayOrder?: number;
  metadata?: Record<string, string>;
}

export interface PipelineInput {
  label: string;
  displayOrder?: number;
  pipelineId?: string;
  stages?: StageInput[];
}

const DEFAULT_STAGES: [id: string, label: string, probability: number, isClosed: boolean][] = [
  ['appointmentscheduled', 'Appointment Scheduled', 0.2, false], ['qualifiedtobuy', 'Qualified To Buy', 0.4, false], ['presentationscheduled', 'Presentation Scheduled', 0.6, false],
  ['decisionmakerboughtin', 'Decision Maker Bought-In', 0.8, false], ['contractsent', 'Contract Sent', 0.9, false], ['closedwon', 'Closed Won', 1, true], ['closedlost', 'Closed Lost', 0, true],
];

/** Pipelines of deals. Stage ids are unique across pipelines, and only the default one's have speaking names. */
export class Pipelines {
  readonly all: Pipeline[];
  private counter = 0;
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
    const createdAt = now();
    this.all = [{ id: 'default', label: 'Sales Pipeline', displayOrder: 0, createdAt, stages: DEFAULT_STAGES.map(([id, label, probability, isClosed], displayOrder) => ({ id, label, probability, isClosed, displayOrder, createdAt })) }];
  }

  find(id: string): Pipeline | undefined {
    return this.all.find((p) => p.id === id);
  }

  stage(id: string): { pipeline: Pipeline; stage: Stage } | undefined {
    for (const pipeline of this.all) {
      const stage = pipeline.stages.find((s) => s.id === id);
      if (stage) return { pipeline, stage };
    }
    return undefined;
  }

  add(input: PipelineInput): Pipeline {
    const pipeline: Pipeline = { id: input.pipelineId ?? String(700_000_001 + ++this.counter), label: input.label, displayOrder: input.displayOrder ?? this.all.length, createdAt: this.now(), stages: [] };
    for (const stage of input.stages ?? []) this.addStage(pipeline, stage);
    this.all.push(pipeline);
    return pipeline;
  }

  addStage(pipeline: Pipeline, input: StageInput): Stage {
    const probability = Number(input.metadata?.['probability'] ?? 0);
    const closed = input.metadata?.['isClosed'];
    const stage = {
      id: input.stageId ?? String(800_000_001 + ++this.counter), label: input.label ?? '', displayOrder: input.displayOrder ?? pipeline.stages.length, probability,
      isClosed: closed === undefined ? probability === 0 || probability === 1 : closed === 'true', createdAt: this.now(),
    };
    pipeline.stages.push(stage);
    return stage;
  }
}
