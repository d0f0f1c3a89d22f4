// Writes the tables of what ECMAScript makes of numbers, texts and dates:
//
//	node generate.mjs
//
// The tests read the tables only; node is not needed to run them.
import { writeFileSync } from "node:fs";

let state = 42;
const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0);
const pick = (list) => list[random() % list.length];
const write = (name, rows) =>
	writeFileSync(new URL(name, import.meta.url), "[\n" + rows.map((r) => JSON.stringify(r)).join(",\n") + "\n]\n");

// numbers.json: the bits of a float64, and how it is written.
const view = new DataView(new ArrayBuffer(8));
const bitsOf = (x) => (view.setFloat64(0, x), view.getBigUint64(0).toString(16).padStart(16, "0"));
const numbers = [
	0, -0, 1, -1, 0.1, -0.5, 0.3, 0.1 + 0.2, 1 / 3, 1e-6, 1e-7, 1.5e-7, 9.999e-7, 1e20, 1e21, 1.5e21, 999999999999999900000,
	123456789012345680000, 5e-324, 1.7976931348623157e308, 2.2250738585072014e-308, 9007199254740991, 9007199254740992,
	9007199254740994, 2 ** 60, 2 ** 63, 2 ** 64, -(2 ** 63), 19.99, 1234.5625, 0.001, 0.0001, 0.00001, 99999999999.9999,
	1e11 + 0.5, 123456.78905, 4.35, 0.000123, 1e100, 1e-100, 100000.5, 4503599627370496.5, 4503599627370497.5, 1e22, 1e23,
];
for (let i = 0; i < 400; i++) {
	view.setUint32(0, random());
	view.setUint32(4, random());
	const x = view.getFloat64(0);
	if (Number.isFinite(x)) numbers.push(x);
	numbers.push((random() % 10000000) / pick([10, 100, 1000, 10000, 100000]));
	numbers.push((random() / 4294967296 - 0.5) * 10 ** ((random() % 44) - 20));
}
write("numbers.json", numbers.map((x) => [bitsOf(x), JSON.stringify(x)]));

// texts.json: a JSON text, and JSON.stringify(JSON.parse(text)).
const texts = [
	"null", " true ", "\t[ ]\r\n", "{ }", "-0", "-0.0", "1.0", "1E3", "1e+3", "10e-1", "0e99999", "1.10", "123456789012345678901234567890",
	"9007199254740993", "-9007199254740993", "9223372036854775807", "1e-400", "0.1e1", "100000000000000000000", "1e21", "1e-7", "0.000001",
	'"\\u0041\\/\\b\\f\\n\\r\\t\\"\\\\"', '"\\u0000\\u001f\\u007f\\u0080\\u2028\\u2029\\uFEFF"', '"</script>&<>\'"',
	'"\\ud83d\\ude00"', '"\\uD83D"', '"\\ude00"', '"\\ud83dx"', '"\\ud83d\\ud83d\\ude00"', '"\\ude00\\ud83d"', '"\\ud83d\\n"', '"\\uD800\\uDBFF"',
	'"\u{1F600} \u00e9 \u674e\u96f7 \u2028"', '"\\u00e9\\u674e"',
	'{"b":1,"a":2,"10":3,"9":4,"-1":5,"01":6,"1.5":7,"":8}', '{"4294967294":1,"4294967295":2,"a":3,"4294967296":4,"0":5,"00":6}',
	'{"z":{"2":[{"y":1,"1":2}],"1":null},"\\u0030":1}', '{"a":1,"\\u0062":2,"c\\n":3}', '{"2":1,"1":{"2":1,"1":2},"0":[{"3":0,"b":1,"2":0}]}',
	'{"99999999999":1,"1":2}', '{"__proto__":1,"constructor":2}', '{"_1":1,"1_":2,"1":3," 1":4,"1 ":5,"+1":6,"1e0":7}', '{"1":1,"2":2,"a":3}',
	'[1,[2,[3,{"k":[]}]]]', '{"__noex_type__":"Date","__noex_value__":"2023-11-18T03:59:15.744Z"}',
];
const keys = ["a", "b", "", "0", "1", "7", "10", "42", "007", "-3", "4294967294", "4294967295", "x\\ny", "\\u00e9", "\\ud800", "long name with spaces"];
const scalars = ["null", "true", "false", "0", "-1", "1.50", "1e5", "123456789.125", "1E-9", '""', '"\\u0041b"', '"\\udfff \\\\"', '"tab\\t"'];
const space = () => pick(["", "", " ", "\n\t"]);
const make = (depth) => {
	if (depth === 0 || random() % 3 === 0) return space() + pick(scalars) + space();
	if (random() % 2) return "[" + Array.from({ length: random() % 4 }, () => make(depth - 1)).join(",") + "]";
	const names = keys.filter(() => random() % 4 === 0).sort(() => (random() % 2 ? 1 : -1));
	return "{" + names.map((k) => `${space()}"${k}"${space()}:` + make(depth - 1)).join(",") + "}";
};
for (let i = 0; i < 100; i++) texts.push(make(4));
write("texts.json", texts.map((t) => [t, JSON.stringify(JSON.parse(t))]));

// dates.json: a text, and what toISOString makes of it; null: no date.
const dates = [
	"2023-11-18T03:59:15.744Z", "2023-11-18T03:59:15Z", "2023-11-18T03:59Z", "2023-11-18T03:59:15.7Z", "2023-11-18T03:59:15.7449Z", "2023-11-18",
	"2023-11", "2023", "2024-02-29", "2023-11-18T05:59:15+02:00", "2023-11-18T03:59:15-09:30", "2023-11-18T24:00:00Z", "2023-11-18T24:00:01Z",
	"0000-01-01T00:00:00Z", "0099-12-31", "+010000-01-01T00:00:00.000Z", "-000001-01-01T00:00:00Z", "-000000-01-01T00:00:00Z", "+275760-09-13T00:00:00.000Z",
	"+275760-09-13T00:00:00.001Z", "-271821-04-20T00:00:00.000Z", "-271821-04-19T23:59:59.999Z", "+002023-11-18", "9999-12-31T23:59:59.999Z",
	"1969-12-31T23:59:59.999Z", "2023-13-01", "2023-00-01", "2023-11-00", "2023-11-32", "2023-11-18T25:00Z", "2023-11-18T03:60Z", "2023-11-18T03:59:60Z",
	"2023-11-18T03Z", "2023-11-18T", "2023-11-18T03:59:15.Z", "2023-11-18T03:59:15Z ", "", "x", "2023-11-18T03:59:15+24:00", "2023-11T10:00Z", "2023T10:00:30Z",
];
const iso = (t) => (Number.isNaN(Date.parse(t)) ? null : new Date(t).toISOString());
write("dates.json", dates.map((t) => [t, iso(t)]));
