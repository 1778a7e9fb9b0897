import { type Charset, createFits } from './charsets';
import { createRandom } from './random';
import type { CatalogProduct } from './sandbox-seller';

/** Titles that have broken importers: other scripts, emoji, and double quotes alone, paired and in front. */
const NAMES = [
  'Stainless Steel Water Bottle',
  '12" Cast-Iron Skillet',
  '"Vintage" Travel Poster, 50 x 70 cm',
  'Café Crème Mug – 2er Set',
  '南部鉄器 急須 0.6L 日本製',
  'ワイヤレス充電器 (15W)',
  'Żółta poduszka dekoracyjna',
  'Jalapeño & Piña Hot Sauce',
  'Rubber Duck 🦆 Bath Toy',
  'Smörgåsbord Serving Board 6\' 2"',
  "Child's Rain Boots",
  'USB-C Cable; 2 m, 100% braided',
  'Crème Brûlée Torch \\ Refillable',
  'Yoga Mat 🧘‍♀️ Extra Thick',
  'Filtre à café réutilisable n°4',
  'LED Desk Lamp <dimmable>',
] as const;
const COLOURS = ['Black', 'White', 'Red', 'Blue', 'Green', 'Grün', 'Doré', '黒', 'Żółty'] as const;
const BASE36 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Sellers choose SKUs freely, and some choose characters that a careless URL or table breaks on. */
const ODD_SKUS = ['Größe L', 'サイズL'] as const;

export interface CatalogPlan {
  seed: number;
  count: number;
  /** Every title and SKU can be written in it. */
  charset?: Charset;
}

export function generateCatalog({ seed, count, charset }: CatalogPlan): CatalogProduct[] {
  const random = createRandom(`${seed}/catalog`);
  const writable = charset === undefined ? () => true : createFits(charset);
  const names = NAMES.filter(writable);
  const colours = COLOURS.filter(writable);
  const oddSku = ODD_SKUS.find(writable) ?? 'Size L';
  const code = (length: number) => Array.from({ length }, () => random.pick([...BASE36])).join('');

  return Array.from({ length: count }, (_, index) => {
    const number = String(index + 1).padStart(5, '0');
    return {
      sku: index % 25 === 7 ? `${oddSku}/${number} +#&` : `${code(3)}-${number}`,
      fnsku: `X00${code(2)}${number}`,
      asin: `B0${code(3)}${number}`,
      title: `${random.pick(names)}, ${random.pick(colours)}`,
      usdCents: random.int(4, 120) * 100 + random.pick([99, 95, 49, 0]),
    };
  });
}
