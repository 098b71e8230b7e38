FROM python:3.13-slim

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    BIND_HOST=0.0.0.0 \
    VAR_DIR=/var/lib/portal

# The named volume takes over this folder's owner.
RUN useradd --uid 10001 --no-create-home portal \
    && install --directory --owner=portal --group=portal --mode=0700 /var/lib/portal

WORKDIR /srv/portal
COPY requirements.lock ./
RUN python -m pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock
COPY . .

USER portal
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "--config", "python:calpads_portal.gunicorn_config", "calpads_portal.wsgi"]
