export * from './generated/signalbox/segments/v1/types.ts';
export * from './generated/signalbox/segments/v1/service.ts';
export * from './generated/signalbox/segments/v1/events.ts';
