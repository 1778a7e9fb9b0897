import fc from 'fast-check';
import { isLoopbackAddress, isPublicAddress } from '../../../webhooks/public-address';

const dotted = (value: number) =>
  [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');

/** Any address of a network such as 10.0.0.0/8. */
function inNetwork(cidr: string): fc.Arbitrary<string> {
  const [base = '', prefix] = cidr.split('/');
  const first = base.split('.').reduce((value, part) => value * 256 + Number(part), 0);
  return fc.nat(2 ** (32 - Number(prefix)) - 1).map((offset) => dotted(first + offset));
}

/** IPv6 from its first group and any others. */
const startingWith = (first: fc.Arbitrary<number>) =>
  fc
    .tuple(first, fc.array(fc.nat(0xffff), { minLength: 7, maxLength: 7 }))
    .map(([group, rest]) => [group, ...rest].map((part) => part.toString(16)).join(':'));

test.each([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/4',
  '240.0.0.0/4',
])('no address of %s is public, written as IPv6 neither', (cidr) => {
  fc.assert(
    fc.property(inNetwork(cidr), (address) => {
      expect(isPublicAddress(address)).toBe(false);
      for (const prefix of ['::ffff:', '::', '64:ff9b::']) {
        expect(isPublicAddress(prefix + address)).toBe(false);
      }
    }),
  );
});

test.each([
  ['loopback, mapped, unspecified and NAT64', fc.constantFrom(0, 0x64, 0x100)],
  ['unique-local', fc.integer({ min: 0xfc00, max: 0xfdff })],
  ['link-local', fc.integer({ min: 0xfe80, max: 0xfebf })],
  ['site-local', fc.integer({ min: 0xfec0, max: 0xfeff })],
  ['multicast', fc.integer({ min: 0xff00, max: 0xffff })],
  ['6to4', fc.constant(0x2002)],
])('no %s address of IPv6 is public', (_, first) => {
  fc.assert(
    fc.property(startingWith(first), (address) => {
      expect(isPublicAddress(address)).toBe(false);
    }),
  );
});

test.each([
  '169.254.169.254',
  '100.100.100.200',
  'fd00:ec2::254',
  '255.255.255.255',
  '::',
  '::1',
  '0:0:0:0:0:ffff:a9fe:a9fe',
  '2001:db8::1',
  '2001::1',
  'fe80::1%eth0',
])('%s is not public', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each([
  '1.1.1.1',
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '192.167.255.255',
  '223.255.255.255',
  '2606:4700:4700::1111',
  '2a00:1450:4001:80f::200e',
])('%s is public', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test('what is no IP address is neither public nor this machine', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.domain()), (text) => {
      fc.pre(!/^[\d.]+$|:/.test(text));
      expect(isPublicAddress(text)).toBe(false);
      expect(isLoopbackAddress(text)).toBe(false);
    }),
  );
});

test('this machine is 127/8 and ::1, and nothing public', () => {
  fc.assert(
    fc.property(inNetwork('127.0.0.0/8'), (address) =>
      expect(isLoopbackAddress(address)).toBe(true),
    ),
  );
  expect(isLoopbackAddress('::1')).toBe(true);
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
      expect(isLoopbackAddress(address) && isPublicAddress(address)).toBe(false);
    }),
  );
});
