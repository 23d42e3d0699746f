"""The table: every parser of bytes from outside, one row a parser. To register one, add its row.

Who reads nothing from outside is not here: command-line words, environment variables, and tables that come with bgpcheck.
"""

from __future__ import annotations

from functools import partial

from bgpcheck.errors import FetchError, FormatError, IntegrityError, UsageError
from fuzz import azure, files, proofs, registries, routing, seeds, wires
from fuzz.target import LARGE, SMALL, Target

JSON_FAULTS = (FormatError, ValueError, RecursionError)  # of ``json.loads``, where a target itself makes objects of its bytes

TARGETS: tuple[Target, ...] = (
    # ── routers, speakers, collectors ───────────────────────────────────────────────────────────────────────────────────────
    Target("exabgp-line", routing.exabgp_line, seeds.exabgp_lines),
    Target("exabgp-recording", routing.exabgp_lines, seeds.recordings, most=LARGE),
    Target("exabgp-neighbors", routing.neighbors_json, seeds.neighbors),
    Target("exabgp-log", routing.speaker_log, seeds.log),
    Target("bgp-update", routing.update_body, seeds.updates),
    Target("mrt", routing.mrt_file, seeds.mrt_files),
    Target("route-file", routing.route_file, seeds.route_files),
    Target("route-csv", routing.route_csv, seeds.route_lists),
    Target("rtr", routing.rtr, seeds.rtr),
    Target("addresses", routing.addresses, seeds.addresses, most=SMALL),
    # ── registries ──────────────────────────────────────────────────────────────────────────────────────────────────────────
    Target("rpsl-dump", registries.rpsl_dump, seeds.rpsl, most=LARGE),
    Target("rpsl-contacts", registries.rpsl_contacts_out, seeds.rpsl),
    Target("whois-rpsl", registries.whois_answer, seeds.rpsl),
    Target("as-set", registries.as_sets, seeds.as_sets),
    Target("assume", registries.planned, seeds.planned),
    Target("delegated", registries.delegated_file, seeds.delegated),
    Target("vrps", registries.vrps_file, seeds.vrps),
    Target("slurm", registries.slurm_file, seeds.slurm),
    Target("rdap", registries.rdap_answer, seeds.rdap, most=LARGE),
    Target("rdap-bootstrap", registries.rdap_bootstrap, seeds.iana),
    Target("record", registries.record_file, seeds.records, most=LARGE),
    Target("whois-arin", registries.networks("arin"), partial(seeds.networks, "arin")),
    Target("whois-lacnic", registries.networks("lacnic"), partial(seeds.networks, "lacnic")),
    Target("whois-jpnic", registries.networks("jpnic"), partial(seeds.networks, "jpnic")),
    Target("whois-krnic", registries.networks("krnic"), partial(seeds.networks, "krnic")),
    Target("irrd-status", registries.irrd, seeds.irrd_status),
    Target("answer-names", registries.names_of_answers, seeds.names, most=SMALL),
    Target("json", registries.json_twins, seeds.jsons),
    # ── Azure ───────────────────────────────────────────────────────────────────────────────────────────────────────────────
    Target("azure", azure.described, seeds.azure, most=LARGE),
    Target("azure-id", azure.resource_id, seeds.resource_ids, errors=(UsageError,), most=SMALL),
    Target("community", azure.community, seeds.communities, most=SMALL),
    Target("feedback-file", azure.feedback_file, seeds.feedback_files),
    Target("feedback-result", azure.feedback_result, seeds.results, errors=JSON_FAULTS, most=LARGE),
    Target("earlier-result", azure.earlier_result, seeds.results, most=LARGE),
    Target("retry-after", azure.retry_after, seeds.waits, most=SMALL),
    # ── a user's files, and what is kept ────────────────────────────────────────────────────────────────────────────────────
    Target("yaml", files.yaml, seeds.yaml),
    Target("preflight", files.preflight_file, seeds.preflights),
    Target("policy", files.policy_file, seeds.policies),
    Target("sources", files.sources_file, seeds.sources, most=LARGE),
    Target("samples", files.samples_file, seeds.samples),
    Target("template", files.template, seeds.templates),
    Target("packed", files.packed, seeds.packed),
    Target("packed-cut", files.cut_short, seeds.content, memory=2000),  # the packing is the target's own
    Target("snapshot", files.snapshot_file, lambda: [bytes(4) + b"\1", (1 << 12).to_bytes(4, "big") + bytes(8)], most=SMALL),
    Target("snapshot-header", files.snapshot_header, lambda: [files.header_seed()], most=LARGE),
    Target("snapshot-column", files.snapshot_column, files.column_seeds),
    Target("cached-answer", files.cached_answer, seeds.cached),
    Target("download-record", files.download_record, seeds.downloads),
    Target("part-record", files.part_record, seeds.parts),
    Target("journal", files.journal_file, lambda: [files.journal_bytes()], errors=(UsageError,), most=1 << 16),
    Target("journal-rows", routing.journal_rows, seeds.journal_rows, errors=JSON_FAULTS),
    # ── evidence ────────────────────────────────────────────────────────────────────────────────────────────────────────────
    Target("bundle", proofs.zipped, seeds.zips, errors=(IntegrityError,)),
    Target("manifest", proofs.manifest, seeds.manifests),
    Target("bundle-member", proofs.member, proofs.member_seeds, errors=(IntegrityError, FormatError), most=1 << 16),
    Target("redacted-copy", proofs.copied, proofs.copy_seeds, errors=(IntegrityError,), most=1 << 16),
    Target("dsse", proofs.envelope, proofs.envelope_seeds, most=1 << 16),
    Target("history", proofs.history, seeds.histories, errors=(IntegrityError,)),
    Target("case", proofs.case, seeds.cases),
    Target("extract", registries.extract_member, seeds.extracts),
    Target("key-private", proofs.private_key, proofs.key_seeds),
    Target("key-public", proofs.public_key, proofs.public_seeds),
    Target("certificate", proofs.der, lambda: list(proofs.certificate_seeds())),
    Target("certificate-text", proofs.certificate_text, seeds.certificate_texts, most=LARGE),
    Target("rfc3779", proofs.resources, proofs.resource_seeds, most=SMALL),
    Target("validation-id", proofs.signed_id, seeds.ids, most=SMALL),
    Target("signature", proofs.signature, lambda: list(proofs.signature_seeds())),
    Target("redaction", proofs.secret_in_text, seeds.redactions),
    # ── wires and text ──────────────────────────────────────────────────────────────────────────────────────────────────────
    Target("irrd-wire", wires.irrd, seeds.irrd_talk, errors=(FetchError,)),
    Target("whois-wire", wires.whole_answer, seeds.whois_ends),
    Target("ftp", wires.ftp_replies, seeds.ftp),
    Target("http-headers", wires.http_headers, seeds.headers),
    Target("http-referral", wires.referral, seeds.urls, errors=(FetchError,), most=SMALL),
    Target("shown-text", wires.shown, seeds.texts),
    Target("masked-text", wires.masked, seeds.secrets),
)
BY_NAME = {one.name: one for one in TARGETS}
