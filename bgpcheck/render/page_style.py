"""The look of a lab's page: the report's, and what a page that changes needs besides. Pure data."""

from __future__ import annotations

from bgpcheck.render.report_style import BASE

STYLE = (
    BASE
    + """
:root{--badge:#fff1cf;--badge-ink:#633c01}
@media (prefers-color-scheme:dark){:root{--badge:#3a2d0a;--badge-ink:#f2cc60}}
body{max-width:90rem;font-size:15px;padding-top:1rem}
header{margin-top:.8rem}h2{margin:1.6rem 0 .4rem}section:focus{outline:none}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.hidden,.told{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:-200vw}.skip:focus{position:static;display:inline-block;padding:.3rem .6rem}
:focus-visible{outline:2px solid var(--undetermined);outline-offset:2px;border-radius:.2rem}
tbody th{color:inherit;font-size:inherit;font-weight:400}tbody th code{font-weight:600}
th,td{padding:.3rem 1rem .3rem 0}td,tbody th{overflow-wrap:anywhere}thead th{position:sticky;top:0;background:var(--ground);z-index:1}
.findings th,.findings td:nth-child(2),.sessions td:nth-child(2){white-space:nowrap}
.prefixes .badge{display:block;width:max-content}.prefixes{table-layout:fixed}
.prefixes th:first-child{width:19%}.prefixes th:nth-child(2){width:18%}.prefixes th:last-child{width:27%}
.sessions .pale,td .pale{font-size:.85em}
.badge{background:var(--badge);color:var(--badge-ink);border-radius:.2rem;padding:0 .35rem;font-size:.85em;white-space:nowrap}
.full{background:var(--blocker);color:var(--ground);border-radius:.2rem;padding:0 .35rem;font-size:.85em;white-space:nowrap}
.up{color:var(--configured)}.down,.blocker{color:var(--blocker)}.connected,.warning{color:var(--validation-needed)}
.waiting,.open{color:var(--undetermined)}.note{color:var(--pale)}
header.open>*,header[class]>*{color:var(--ink)}
meter{display:block;width:8rem;max-width:100%;height:.5rem;margin-top:.2rem}
del{color:var(--pale)}details{margin:0}summary{color:inherit}details p{margin:.3rem 0 .3rem 1rem;font-size:.93em}
.link{font-size:.85rem;color:var(--pale)}.link.live::before{content:"● ";color:var(--configured)}
.link.lost,.link.ended{border:1px solid currentColor;border-radius:.3rem;padding:.4rem .7rem;font-size:1rem;color:var(--ink);
background:var(--badge)}.link.ended{background:var(--soft)}
.counts{display:flex;flex-wrap:wrap;gap:.1rem 1.4rem;margin:2rem 0 0}.counts div{display:flex;gap:.4rem}.counts dd{margin:0}
td:empty::before,td>div:empty{display:none}
@media (max-width:44rem){tbody th{display:block;border:0;padding:.1rem 0}td{padding:.1rem 0}td:has(>div:empty){display:none}
.prefixes th:first-child{width:auto}.prefixes .badge{display:inline}
.findings th,.sessions td:nth-child(2){white-space:normal}
summary{padding:.2rem 0}}
@media print{.link,.skip{display:none}thead th{position:static}body{font-size:9pt}.full{outline:1px solid;background:none;color:inherit}}
"""
)
