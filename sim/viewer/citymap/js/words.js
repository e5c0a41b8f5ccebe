// Words of the page's language, which Python sends; a key that is missing is shown as it is.

export class Words {
  constructor(table) { this.table = table ?? {}; }

  say(key, values = {}) {
    const text = this.table[key] ?? key;
    // {n:crew|crews} is 1 crew, 2 crews.
    return text.replace(/\{(\w+)(?::([^|}]*)\|([^}]*))?\}/g, (whole, name, one, many) => {
      if (!(name in values)) return whole;
      return one === undefined ? String(values[name]) : `${values[name]} ${String(values[name]) === "1" ? one : many}`;
    });
  }

  // The name of a kind, a status, a service …; what has no entry is shown as it is written, without underscores.
  of(group, name) { return this.table[`${group}.${name}`] ?? String(name).replaceAll("_", " "); }

  // The owner of a picture: a desk with crews, or an office with its tier and area.
  owner(name, ground) {
    const found = name.match(/^(\w+) (community|subdistrict|district|city|province)(?: (.*))?$/);
    if (!found) return this.table[`owner.${name}`] ?? this.of("service", name);
    const rows = found[2] === "district" ? ground.districts : ground.subdistricts, area = rows.find((row) => row[0] === found[3]);
    return [this.of("service", found[1]), area ? ground.called(area, this.lang) : found[3] ?? "", this.of("tier", found[2])].filter(Boolean).join(" · ");
  }

  age(seconds) {
    const s = Math.max(0, Math.round(seconds));
    if (s < 90) return this.say("age_s", { n: s });
    return s < 5400 ? this.say("age_min", { n: Math.round(s / 60) }) : this.say("age_h", { n: (s / 3600).toFixed(1) });
  }
}

// One line about a thing, for the tooltip and for who listens.
export function told(words, scene, mark, t, status) {
  const kind = mark.kind ? words.of("kind", mark.kind) : "", age = (since) => words.age(t - since), called = (name) => scene.nameOf(name);
  switch (mark.sort) {
    case "unit": {
      const parts = [called(mark.id), words.of("service", mark.service), words.of("status", status)];
      if (mark.case) parts.push(mark.case);
      return parts.join(" · ");
    }
    case "incident": return words.say(mark.noticed_s === undefined ? "tip_incident_unknown" : "tip_incident", { kind, age: age(mark.since_s), crews: mark.crews.length, victims: mark.victims });
    case "case": return words.say(mark.is_false ? "tip_case_false" : "tip_case", { kind, id: mark.id, severity: words.of("severity", mark.severity), age: age(mark.as_of_s), sure: Math.round(100 * mark.confidence), source: called(mark.source) });
    case "sighting": return words.say("tip_sighting", { kind, n: mark.witnesses, age: age(mark.since_s) });
    case "extent": return words.say("tip_extent", { kind, inside: mark.inside, left: mark.left, hurt: mark.hurt });
    case "alert": return words.say(`tip_${mark.says}`, { kind, office: called(mark.office), age: age(mark.since_s), radius: Math.round(mark.radius_m) });
    case "rumour": return words.say("tip_rumour", { kind, n: mark.believing, place: called(mark.subdistrict) });
    case "shadow": return words.say(mark.kind === "mast_down" ? "tip_shadow" : "tip_attack", { kind: words.of("attack", mark.kind), radius: Math.round(mark.radius_m) });
    case "closure": return words.say("tip_closure", { road: called(mark.road) || words.say("a_road"), age: age(mark.as_of_s) });
    case "facility": {
      const load = scene.all("load").get(mark.id), name = words.lang === "zh" && mark.name_zh ? mark.name_zh : mark.name, what = `${name} · ${words.of("facility", mark.kind)}`;
      if (!load) return what;
      return `${what} · ${words.say(load.bays === undefined ? "free_bays_told" : "free_bays", { free: load.free, bays: load.bays, age: load.as_of_s === undefined ? "" : age(load.as_of_s) })}`;
    }
    default: return mark.id;
  }
}
