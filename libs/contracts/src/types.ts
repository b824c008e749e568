export * from './generated/signalbox/types/v1/types.ts';
