import type { UseFormReturnType } from '@mantine/form';
import type { ComponentType, ReactNode } from 'react';
import type { Plan, PlanRecord, Provider } from '../api/types.ts';
import type { CountPart } from '../design/counts-bar.tsx';
import type { CrmNames } from './use-crm-names.ts';

/** A kind's own settings, as the API has them. */
export type Settings = Record<string, unknown>;

export interface WizardValues {
  name: string;
  /** Empty until one is chosen. */
  kind: string;
  segmentId: string;
  schedule: { mode: 'manual' | 'daily' | 'weekly'; weekday: string };
  connectionId: string;
  mappingProfileId: string;
  settings: Settings;
  maxRecords: number | '';
  maxSharePercent: number | '';
  maxClears: number | '';
}

export type WizardForm = UseFormReturnType<WizardValues>;

export interface StepProps {
  form: WizardForm;
}

/** A column of records, after the first. */
export interface RecordColumn {
  head: string;
  /** Of the table, as "20%"; without it, as wide as what is left. */
  width?: string;
  cell: (record: PlanRecord, at: RecordPlace) => ReactNode;
}

/** What the cells of one table have in common. */
export interface RecordPlace {
  settings: Settings;
  names: CrmNames;
}

/** Another record of the CRM whose name is shown beside its id. */
export interface NamedRecord {
  object: string;
  crmId: string;
}

/** How plans and runs of a kind are spoken of. */
export interface KindWords {
  /** What a plan comes to, in a sentence. */
  would: (plan: Plan) => string;
  /** What has been done to a record that was written, as in "120 created". */
  done: string;
  /** What is looked at to make a plan, as in "300 companies". */
  lookedAt: string;
  /** Records that are looked at and stay as they are; left out where none are counted. */
  unchanged?: (plan: Plan) => number;
}

export interface RecordView {
  /** Head of the first column, and what stands in it. */
  head: string;
  title: (record: PlanRecord, at: RecordPlace) => ReactNode;
  /** Between the first column and the reason. */
  columns: readonly RecordColumn[];
  /** Records whose names are needed for that. */
  named: (record: PlanRecord) => readonly NamedRecord[];
}

/** All that the console has to know of one kind. Its name, label and description are the API's. */
export interface KindView {
  name: string;
  /** What the second step chooses. */
  target: { label: string; Fields: ComponentType<StepProps>; missing: (values: WizardValues) => string };
  settings: {
    /** Of a new orchestration. */
    fresh: Settings;
    /** Shown below the CRM connection, once that is chosen. */
    Fields: ComponentType<StepProps>;
    /** What is missing beside the connection; empty when nothing is. */
    missing: (values: WizardValues) => string;
  };
  /** What is saved of the choices that not every kind has. */
  saved: (values: WizardValues) => { segmentId: string; mappingProfileId: string; settings: Settings };
  /** Why this CRM cannot be chosen, in a few words; undefined when it can. */
  refuses?: (provider: Provider) => string | undefined;
  /** What it will do, in a sentence for the page of the orchestration. */
  summary: (settings: Settings) => string;
  /** `action`: of a record that was written, where the settings may have changed since. */
  words: (settings: Settings, action?: PlanRecord['action']) => KindWords;
  /** What the parts of a plan that are written are called. */
  parts: (plan: Plan, settings: Settings) => CountPart[];
  records: RecordView;
}
