import { segments } from '@signalbox/contracts';

const { FieldOperator } = segments;

/** How many values an operator takes, and whether they are numbers. */
export interface OperatorRule {
  label: string;
  least: number;
  most: number;
  /** Compares size: number fields, and attributes whose text is a number. */
  ordering?: boolean;
  /** Looks into text: not for number fields. */
  textual?: boolean;
}

export const MOST_VALUES = 1_000;

export const OPERATORS: Partial<Record<segments.FieldOperator, OperatorRule>> = {
  [FieldOperator.EQUALS]: { label: 'equals', least: 1, most: 1 },
  [FieldOperator.NOT_EQUALS]: { label: 'does not equal', least: 1, most: 1 },
  [FieldOperator.CONTAINS]: { label: 'contains', least: 1, most: 1, textual: true },
  [FieldOperator.STARTS_WITH]: { label: 'starts with', least: 1, most: 1, textual: true },
  [FieldOperator.IN]: { label: 'is one of', least: 1, most: MOST_VALUES },
  [FieldOperator.NOT_IN]: { label: 'is none of', least: 1, most: MOST_VALUES },
  [FieldOperator.GREATER_THAN]: { label: 'is greater than', least: 1, most: 1, ordering: true },
  [FieldOperator.LESS_THAN]: { label: 'is less than', least: 1, most: 1, ordering: true },
  [FieldOperator.IS_KNOWN]: { label: 'is known', least: 0, most: 0 },
  [FieldOperator.IS_UNKNOWN]: { label: 'is unknown', least: 0, most: 0 },
};

/** A number as a rule writes it; undefined when it is none. */
export function ruleNumber(text: string): number | undefined {
  return /^\s*-?\d+(\.\d+)?(e\+?\d{1,2})?\s*$/i.test(text) ? Number(text) : undefined;
}
