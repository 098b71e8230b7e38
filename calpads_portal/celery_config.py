"""Celery's settings. A message may come twice or never: jobs cope with both (docs/decisions/0004)."""

from django.conf import settings

from calpads_portal import broker, env

if settings.REDIS_URL:
    broker_url = settings.REDIS_URL
    broker_transport_options: dict[str, object] = {
        # Past the hard time limit, or a job still running would be handed out again.
        "visibility_timeout": 40 * 60,
        # A message whose worker died comes back after that time-out plus seconds, not plus minutes.
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 3,
        "socket_timeout": 15,
        "socket_keepalive": True,
    }
else:
    broker_url = f"{broker.SCHEME}://localhost"
    broker_transport_options = broker.options(settings.VAR_DIR / "broker")

broker_connection_retry_on_startup = True
# A worker waits for its broker however long the outage; the sweep finds what was lost meanwhile.
broker_connection_max_retries = None

accept_content = ["json"]
task_ignore_result = True
task_acks_late = True
# Safe only because a job is claimed once and tried three times at most.
task_reject_on_worker_lost = True
task_soft_time_limit, task_time_limit = 25 * 60, 30 * 60
worker_prefetch_multiplier = 1
worker_concurrency = env.integer("WORKER_CONCURRENCY", 2, least=1)
worker_max_tasks_per_child = 50
worker_cancel_long_running_tasks_on_connection_loss = False
worker_redirect_stdouts = False

timezone = settings.TIME_ZONE
beat_scheduler = "calpads_portal.schedule:Scheduler"
beat_schedule_filename = str(settings.VAR_DIR / "beat-schedule")
# The scheduler shows life at each turn of its loop.
beat_max_loop_interval = 15
# Upkeep never waits behind long work (docs/decisions/0044); the queue is jobs.worker.UPKEEP_QUEUE, which cannot be
# imported before the apps are ready.
task_routes = {
    name: {"queue": "upkeep"}
    for name in (
        "jobs.sweep",
        "siras.expire",
        "siras.tick",
        "ssid_matching.catch_up",
        "ssid_matching.expire",
        "submissions.expire",
    )
}
# A run covers the ones before it, so what piled up during an outage is dropped unread.
beat_schedule = {
    "sweep": {"task": "jobs.sweep", "schedule": 30.0, "options": {"expires": 30}},
    "siras": {"task": "siras.tick", "schedule": 20.0, "options": {"expires": 20}},
    "expire-siras": {"task": "siras.expire", "schedule": 3600.0, "options": {"expires": 3600}},
    "rosters-work": {"task": "rosters.work", "schedule": 15.0, "options": {"expires": 15}},
    "rosters-schedules": {"task": "rosters.schedules", "schedule": 60.0, "options": {"expires": 60}},
    "match-lines": {"task": "ssid_matching.catch_up", "schedule": 30.0, "options": {"expires": 30}},
    "expire-matches": {"task": "ssid_matching.expire", "schedule": 3600.0, "options": {"expires": 3600}},
    "expire-submissions": {"task": "submissions.expire", "schedule": 3600.0, "options": {"expires": 3600}},
}
