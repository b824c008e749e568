import { child, childText, escapeXml, parseXml, XmlProblem } from './xml.ts';

describe('reading XML', () => {
  it('reads names without prefixes, namespaces, attributes, entities and CDATA', () => {
    const root = parseXml('\uFEFF<?xml version="1.0"?><!-- hi --><a:r xmlns:a="urn:a" xmlns="urn:b"><x y="1 &lt; 2"/><t>A &amp; &#x1F680;&#33;<![CDATA[<raw>]]></t><n xsi:nil="true" xmlns:xsi="x"/><e> </e></a:r>');
    expect([root.name, root.namespace, child(root, 'x')?.namespace, child(root, 'x')?.attributes]).toEqual(['r', 'urn:a', 'urn:b', { y: '1 < 2' }]);
    expect([childText(root, 't'), childText(root, 'n'), childText(root, 'e'), childText(root, 'none')]).toEqual(['A & 🚀!<raw>', undefined, undefined, undefined]);
  });

  it.each(['<!DOCTYPE r [<!ENTITY e "x">]><r>&e;</r>', '<r>&nbsp;</r>', '<p:r/>', '<r><a></r></a>', '<r>', '<r/><s/>', 'no xml', '<r a="<"/>', ''])('%s is refused', (text) => {
    expect(() => parseXml(text)).toThrow(XmlProblem);
  });

  it('what is written is read back', () => {
    const text = `<&>"' 🚀`;
    expect(childText(parseXml(`<r><t>${escapeXml(text)}</t></r>`), 't')).toBe(text);
  });
});
