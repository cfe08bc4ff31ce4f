"""What NPCs do when nobody talks to them: utility AI over guide stats, bonds, beliefs, goals and what they perceive.

`mind` reads the world once per version, `senses` the moment, `choosing` weighs every act, `schedule` says where an NPC
is by the hour, `barking` who may say something. Pure, integers only: the same world and the same moment give the same.
"""
