export * from './generated/signalbox/scheduler/v1/service.ts';
export * from './generated/signalbox/scheduler/v1/events.ts';
