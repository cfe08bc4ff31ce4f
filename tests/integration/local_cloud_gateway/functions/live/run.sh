#!/bin/bash
exec python server.py
