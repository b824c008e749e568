export { LineReader, LONGEST_LINE, type Line, type LineProblem } from './line-reader.ts';
export { RecordReader, detectDelimiter, type CsvRecord } from './record-reader.ts';
