export * from './generated/signalbox/kinds/v1/service.ts';
